//! How fast to ask, what to ask again, and how long to wait before.
//!
//! Deciding is pure: the time is given, and the jitter comes from the request's own words.

use std::num::NonZeroU32;
use std::time::Duration;

use chrono::{DateTime, Utc};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};

use super::transport::{ServerResponse, TransportFault};

/// How often a request is tried, and how long the pauses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Tries of one request, the first included.
    pub tries: u32,
    /// The pause after the first lost connection; others are multiples of it.
    pub pause: Duration,
    /// No pause of our own choice is longer.
    pub longest: Duration,
    /// A server that names a longer pause is not asked again.
    pub longest_named: Duration,
    /// Requests of one instance that may be sent again, all endpoints together.
    pub budget: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            tries: 5,
            pause: Duration::from_millis(500),
            longest: Duration::from_mins(1),
            longest_named: Duration::from_mins(10),
            budget: 200,
        }
    }
}

impl Patience {
    /// The pause before the next try, or none when it is time to give up.
    pub(super) fn wait(self, trouble: &Trouble, tries: u32, request: &str) -> Option<Duration> {
        let (weight, tries_of_this) = match trouble {
            Trouble::After(it) => {
                return (tries < self.tries && *it <= self.longest_named).then_some(*it);
            }
            // The pauses add up to more than a minute, in which every limit starts anew.
            Trouble::Limited => (10, self.tries),
            Trouble::Gateway => (2, self.tries),
            Trouble::Lost => (1, self.tries),
            // Each of these costs a whole time limit.
            Trouble::Silent => (2, self.tries.min(2)),
        };
        let pause = self.pause * weight * 2_u32.saturating_pow(tries - 1).min(1 << 10);
        let spread = pause.mul_f64(jitter(request, tries) / 4.0);
        (tries < tries_of_this).then_some(self.longest.min(pause + spread))
    }
}

/// Trouble that may pass.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server named a time to wait.
    After(Duration),
    /// Too many requests.
    Limited,
    /// The instance, or what stands in front of it, has a fault.
    Gateway,
    /// The connection failed or broke.
    Lost,
    /// No answer in time.
    Silent,
}

/// Whether asking again may help.
pub(super) fn trouble(
    answer: &Result<ServerResponse, TransportFault>,
    now: DateTime<Utc>,
) -> Option<Trouble> {
    let answer = match answer {
        Ok(it) => it,
        Err(TransportFault::Connect(_) | TransportFault::Broken(_)) => return Some(Trouble::Lost),
        Err(TransportFault::Silent | TransportFault::Unreached(_)) => return Some(Trouble::Silent),
        Err(
            TransportFault::Certificate(_) | TransportFault::Late | TransportFault::TooLarge(_),
        ) => return None,
    };
    let plain = match answer.status {
        429 => Trouble::Limited,
        500 | 502..=504 => Trouble::Gateway,
        _ => return None,
    };
    let after =
        answer.retry_after.as_deref().and_then(|retry_after| read_retry_after(retry_after, now));
    Some(after.map_or(plain, Trouble::After))
}

/// Seconds, or an HTTP date.
fn read_retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(it) = text.trim().parse() {
        return Some(Duration::from_secs(it));
    }
    let date = DateTime::parse_from_rfc2822(text.trim()).ok()?;
    Some((date.to_utc() - now).to_std().unwrap_or_default())
}

/// Between 0 and 1: different for every request and try, and the same in every run.
fn jitter(request: &str, tries: u32) -> f64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ u64::from(tries);
    let mixed =
        request.bytes().fold(start, |res, it| (res ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3));
    let top = u16::try_from(mixed >> 48).expect("sixteen bits");
    f64::from(top) / f64::from(u16::MAX)
}

/// Keeps an instance's requests apart.
pub(super) struct Limiter {
    bucket: Option<DefaultDirectRateLimiter>,
    per_minute: u32,
}

impl Limiter {
    /// So many requests in any minute; 0 is no limit.
    ///
    /// A bucket lets its burst and a minute's refill through together, so the refill is what the
    /// burst leaves over.
    pub(super) fn new(per_minute: u32) -> Self {
        let none = Self { bucket: None, per_minute };
        let Some(limit) = NonZeroU32::new(per_minute) else { return none };
        let burst = (limit.get() / 4).clamp(1, 10);
        let refill = (limit.get() - burst).max(1);
        let quota = Quota::with_period(Duration::from_mins(1) / refill);
        let burst = NonZeroU32::new(burst).expect("at least one");
        let bucket = quota.map(|it| DefaultDirectRateLimiter::direct(it.allow_burst(burst)));
        Self { bucket, per_minute }
    }

    /// How long so many requests take at least.
    pub(super) fn time_for(&self, requests: u64) -> Duration {
        let seconds = requests.saturating_mul(60).checked_div(u64::from(self.per_minute));
        Duration::from_secs(seconds.unwrap_or_default())
    }

    /// Waits until another request may go.
    pub(super) async fn turn(&self) {
        let Some(limiter) = &self.bucket else { return };
        while let Err(it) = limiter.check() {
            tokio::time::sleep(it.wait_time_from(DefaultClock::default().now())).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, Utc};

    use super::{Limiter, Patience, Trouble, trouble};
    use crate::retool::transport::{ServerResponse, TransportFault};

    #[test]
    fn what_may_pass_is_asked_again() {
        let of = |status, retry_after: Option<&str>| {
            format!("{:?}", trouble(&Ok(answer(status, retry_after)), now()))
        };
        let picture = [
            of(200, None),
            of(401, Some("7")),
            of(429, None),
            of(429, Some("7")),
            of(429, Some("Sat, 21 Nov 2026 16:00:30 GMT")),
            of(429, Some("Sat, 21 Nov 2026 15:00:00 GMT")),
            of(503, Some("soon")),
            of(500, None),
            of(501, None),
            format!("{:?}", trouble(&Err(TransportFault::Connect(String::new())), now())),
            format!("{:?}", trouble(&Err(TransportFault::TooLarge(String::new())), now())),
        ];
        insta::assert_snapshot!(picture.join("\n"), @r"
        None
        None
        Some(Limited)
        Some(After(7s))
        Some(After(30s))
        Some(After(0ns))
        Some(Gateway)
        Some(Gateway)
        None
        Some(Lost)
        None
        ");
    }

    #[test]
    fn pauses_grow_and_end() {
        let of = |it: Trouble| {
            let pauses = (1..=5).map(|tries| Patience::default().wait(&it, tries, "/users"));
            let words = pauses
                .map(|paus| paus.map_or("stop".into(), |it| format!("{:.1}", it.as_secs_f64())));
            format!("{it:?}: {}", words.collect::<Vec<_>>().join(" "))
        };
        let all = [
            Trouble::Lost,
            Trouble::Gateway,
            Trouble::Limited,
            Trouble::Silent,
            Trouble::After(Duration::from_secs(3)),
            Trouble::After(Duration::from_mins(5)),
            Trouble::After(Duration::from_hours(1)),
        ];
        insta::assert_snapshot!(all.map(of).join("\n"), @r"
        Lost: 0.6 1.1 2.3 4.5 stop
        Gateway: 1.2 2.2 4.6 9.0 stop
        Limited: 6.2 10.8 23.2 45.1 stop
        Silent: 1.2 stop stop stop stop
        After(3s): 3.0 3.0 3.0 3.0 stop
        After(300s): 300.0 300.0 300.0 300.0 stop
        After(3600s): stop stop stop stop stop
        ");
    }

    #[test]
    fn no_minute_sees_more_requests_than_allowed() {
        for per_minute in [1, 2, 7, 40, 300] {
            let limiter = Limiter::new(per_minute);
            let burst =
                std::iter::repeat_with(|| limiter.bucket.as_ref().expect("a limit").check());
            let burst = burst.take_while(Result::is_ok).count();
            let refill = (per_minute - (per_minute / 4).clamp(1, 10)).max(1);
            let burst = u32::try_from(burst).expect("small");
            assert!(burst <= 10 && burst + refill <= per_minute.max(2), "{per_minute}");
        }
    }

    fn answer(status: u16, retry_after: Option<&str>) -> ServerResponse {
        ServerResponse {
            retry_after: retry_after.map(str::to_owned),
            ..ServerResponse::of(status, "")
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-21T16:00:00Z".parse().expect("a time")
    }
}
