//! Messages as recordings have them.

use lychgate::contract::{Request, Response};

/// A message that is read, written and read again is the same.
pub fn message(data: &[u8]) {
    if let Ok(request) = Request::read(data) {
        assert_eq!(Request::read(&request.write()), Ok(request));
    }
    if let Ok(response) = Response::read(data) {
        assert_eq!(Response::read(&response.write()), Ok(response));
    }
}
