//! Requests that are sent one behind the other, without waiting for answers in between.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{BoxFuture, MaybeDone, maybe_done};

/// Runs all requests; their answers in order.
///
/// A request is sent when it is first polled, and requests are polled in their order: so they
/// arrive in their order, which `join_all` does not promise for more than a few.
pub async fn in_order<T>(requests: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut requests: Vec<MaybeDone<BoxFuture<'_, T>>> =
        requests.into_iter().map(maybe_done).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for request in &mut requests {
            waiting |= Future::poll(Pin::new(request), context).is_pending();
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    requests.iter_mut().filter_map(|request| Pin::new(request).take_output()).collect()
}
