//! A disk without room.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::faces::Faces;
use super::mounted::Mounted;
use super::support::{Server, run_well, text};

/// Larger than what the store keeps free.
const DISK_MEGA_BYTES: u32 = 96;

/// Times that the disk is filled to the last byte while the server writes.
const MOMENTS: u64 = 5;

#[test]
fn a_full_disk_refuses_writes_on_every_face_until_there_is_room_again() {
    let Some(disk) = Mounted::disk(DISK_MEGA_BYTES) else { return };
    let data = disk.path().join("data");
    let server = Server::start(&data, &["--demo"]);
    let faces = Faces::of_demo(&server.ready);
    let before = faces.create("before@trouble.example").unwrap();
    assert_eq!(before.status, 200, "{}", before.body);
    assert_eq!(faces.ready().0, 200);

    disk.fill(8 * 1024 * 1024);
    let (status, said) = faces.ready();
    assert_eq!((status, said.as_str()), (503, "the store takes no writes\n"));
    faces.ensure_all_refuse();
    let soap = faces.create("full@trouble.example").unwrap();
    assert!(soap.body.contains("ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE"), "{}", soap.body);
    assert_eq!(faces.find("before@trouble.example").status, 200);

    disk.empty();
    assert_eq!(faces.ready().0, 200);
    let after = faces.create("after@trouble.example").unwrap();
    assert_eq!(after.status, 200, "{}", after.body);
    server.stop();
    run_well(&["store", "check", "--data", data.to_str().unwrap()]);
}

/// Contacts one after the other until told to stop; those whose creation was acknowledged.
fn create_until(over: &AtomicBool, faces: &Faces, moment: u64) -> Vec<(String, String)> {
    let mut created = Vec::new();
    for number in 0.. {
        let address = format!("moment-{moment}-{number}@trouble.example");
        match faces.create(&address) {
            Ok(reply) if reply.status == 200 => {
                created.push((address, text(&reply.body, "Id").to_owned()));
            }
            Ok(reply) => assert!(reply.body.contains("<faultstring"), "{}", reply.body),
            Err(error) => panic!("the server did not answer: {error}"),
        }
        if over.load(Ordering::Relaxed) {
            break;
        }
    }
    created
}

#[test]
fn a_disk_that_fills_up_at_any_moment_loses_nothing_that_was_acknowledged() {
    let Some(disk) = Mounted::disk(DISK_MEGA_BYTES) else { return };
    let data = disk.path().join("data");
    let server = Server::start(&data, &["--demo"]);
    let mut faces = Faces::of_demo(&server.ready);
    server.stop();
    let created = Mutex::new(Vec::new());
    for moment in 0..MOMENTS {
        let server = Server::start(&data, &[]);
        faces.caller.authority = server.authority();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let calls = scope.spawn(|| create_until(&over, &faces, moment));
            std::thread::sleep(Duration::from_millis(moment * 37));
            disk.fill(0);
            std::thread::sleep(Duration::from_millis(200));
            over.store(true, Ordering::Relaxed);
            created.lock().unwrap().extend(calls.join().unwrap());
        });
        // What was there can still be read, or the server says that it cannot.
        assert_eq!(faces.ready().0, 503);
        server.kill();
        disk.empty();
    }
    let created = created.into_inner().unwrap();
    assert!(!created.is_empty(), "nothing was ever acknowledged");
    faces.ensure_all_there(&data, &created);
    println!("{} contacts over {MOMENTS} full disks", created.len());
}
