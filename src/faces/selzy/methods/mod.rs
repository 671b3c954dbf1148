//! The vendor's methods, one file each, in one list. Adding one is a file, its line below and a
//! folder of fixtures.

use super::Method;

pub mod lists;

/// Every method, in the order of the vendor's own wrapper.
pub static METHODS: &[&Method] = &[&lists::get_lists::METHOD];

/// The method of this name, in any letter case.
pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().copied().find(|method| method.name.eq_ignore_ascii_case(name))
}
