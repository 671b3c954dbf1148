//! Compiles `sync_file_range.c` where sled calls that function.

fn main() {
    println!("cargo:rerun-if-changed=src/sync_file_range.c");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        cc::Build::new()
            .file("src/sync_file_range.c")
            // Nothing asks for this library: without this the linker would leave it out.
            .link_lib_modifier("+whole-archive")
            .compile("lychgate_barrier");
    }
}
