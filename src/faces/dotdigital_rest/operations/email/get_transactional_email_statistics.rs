//! `GET /v2/email/stats/since-date/{startDate}`.

use http::{Method, StatusCode};

use jiff::tz::TimeZone;

use crate::domain::activity::Period;
use crate::faces::dotdigital_rest::records::ApiTransactionalEmailStatistics;
use crate::faces::dotdigital_rest::{Answer, Body, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    id: "ApiTransactionalEmail_GetTransactionalEmailStatistics",
    method: Method::GET,
    path: "/v2/email/stats/since-date/{startDate}",
    success: StatusCode::OK,
    body: Body::None,
    doc: "Shows figures of transactional mail from a day on, by period.",
    run: Some(|call| Box::pin(run(call))),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let day = |time: jiff::Timestamp| time.to_zoned(TimeZone::UTC).date();
    let first = day(call.path.date("startDate")?);
    let last = call.query.date("endDate")?.unwrap_or_else(|| call.context.clock.now());
    let period = match call.query.text("aggregatedBy").map(|text| text.to_ascii_lowercase()) {
        None => Period::All,
        Some(text) => match text.as_str() {
            "alltime" | "0" => Period::All,
            "month" | "1" => Period::Month,
            "week" | "2" => Period::Week,
            "day" | "3" => Period::Day,
            _ => return Err(Failure::parameter("aggregatedBy")),
        },
    };
    let found = call.account().direct().periods((first, day(last)), period).await?;
    let found = found.iter().map(ApiTransactionalEmailStatistics::of).collect();
    Ok(Answer::list("ApiTransactionalEmailStatistics", found))
}
