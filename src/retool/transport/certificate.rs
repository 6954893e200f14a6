//! Why a server's certificate is not accepted, in plain words.

use chrono::DateTime;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

/// Why a certificate is not accepted, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distrust {
    /// Why, as a clause.
    pub what: String,
    /// What to do, as a clause. Another authority helps where none is known, and nowhere else.
    pub remedy: &'static str,
}

/// Names of a certificate that are shown.
const MOST: usize = 3;

/// Characters of each.
const LONGEST: usize = 80;

const RENEW: &str = "have it renewed, or correct this machine's clock if that is wrong";
const CLOCK: &str = "correct this machine's clock, or have the right certificate put in place";
const OTHER_NAME: &str =
    "set `url` to a name that it is issued for, or have one issued for this name";
const AUTHORITY: &str = "name the authority in `ca-file`";
const SAME_AUTHORITY: &str = "ask whoever runs the instance for the authority's certificate of \
     today, or have a certificate issued by the one that is known here";
const REPLACE: &str = "have another certificate put in place";
const REVOCATION: &str = "have the authority publish a list of today";

impl Distrust {
    /// What an error means; `hide` takes the token out of what the server says.
    pub(super) fn of(error: &CertificateError, hide: &dyn Fn(&str) -> String) -> Self {
        use CertificateError as It;
        let (what, remedy) = match error {
            It::Expired => ("its certificate has expired".to_owned(), RENEW),
            It::ExpiredContext { not_after, .. } => {
                (format!("its certificate expired {}", on(*not_after)), RENEW)
            }
            It::NotValidYet => ("its certificate is not valid yet".to_owned(), CLOCK),
            It::NotValidYetContext { not_before, .. } => {
                (format!("its certificate becomes valid {}", on(*not_before)), CLOCK)
            }
            It::NotValidForName => {
                ("its certificate is issued for another host".to_owned(), OTHER_NAME)
            }
            It::NotValidForNameContext { expected, presented } => {
                let (host, names) = (expected.to_str(), names(presented, hide));
                (format!("its certificate is issued for {names}, not for `{host}`"), OTHER_NAME)
            }
            It::UnknownIssuer => (
                "its certificate is not from an authority that is known here".to_owned(),
                AUTHORITY,
            ),
            It::BadSignature => (
                "its certificate is not signed by the authority of that name that is known here"
                    .to_owned(),
                SAME_AUTHORITY,
            ),
            It::Revoked => ("its certificate was revoked".to_owned(), REPLACE),
            It::UnknownRevocationStatus
            | It::ExpiredRevocationList
            | It::ExpiredRevocationListContext { .. } => {
                ("whether its certificate was revoked is unknown".to_owned(), REVOCATION)
            }
            It::InvalidPurpose | It::InvalidPurposeContext { .. } => {
                ("its certificate is not one for servers".to_owned(), REPLACE)
            }
            other => {
                let cause: String = hide(&other.to_string()).chars().take(LONGEST).collect();
                (format!("its certificate cannot be accepted ({cause})"), REPLACE)
            }
        };
        Self { what, remedy }
    }
}

/// A day, or nothing where the time is beyond all calendars.
fn on(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).ok();
    let day = seconds.and_then(|it| DateTime::from_timestamp(it, 0));
    day.map_or_else(|| "at another time".to_owned(), |it| format!("on {}", it.date_naive()))
}

/// The names that a certificate is issued for; they come as `DnsName("acme.example")`.
fn names(presented: &[String], hide: &dyn Fn(&str) -> String) -> String {
    let shown = presented.iter().take(MOST).map(|it| {
        let inner = it.split_once('(').map_or(&**it, |it| it.1.trim_end_matches(')'));
        let name = hide(inner.trim_matches('"'));
        format!("`{}`", name.chars().take(LONGEST).collect::<String>())
    });
    let more = presented.len().saturating_sub(MOST);
    let rest = (more > 0).then(|| format!("{more} other names"));
    let all: Vec<String> = shown.chain(rest).collect();
    match all.as_slice() {
        [] => "no name".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::CertificateError as It;
    use rustls::pki_types::{ServerName, UnixTime};

    use super::Distrust;

    fn at(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    fn for_names(presented: &[&str]) -> It {
        let expected = ServerName::try_from("retool.acme.example").expect("a name");
        let presented = presented.iter().map(|it| (*it).to_owned()).collect();
        It::NotValidForNameContext { expected, presented }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a line for each error")]
    fn every_error_is_said_in_plain_words_and_only_an_unknown_authority_asks_for_one() {
        let (time, then) = (at(1_795_000_000), at(1_790_000_000));
        let errors = [
            It::Expired,
            It::ExpiredContext { time, not_after: then },
            It::NotValidYet,
            It::NotValidYetContext { time: then, not_before: time },
            It::NotValidYetContext { time: then, not_before: at(u64::MAX) },
            It::NotValidForName,
            for_names(&[]),
            for_names(&["DnsName(\"other.example\")"]),
            for_names(&["DnsName(\"a\")", "IpAddress(10.0.0.1)", "DnsName(\"b\")", "c", "d"]),
            It::UnknownIssuer,
            It::BadSignature,
            It::Revoked,
            It::UnknownRevocationStatus,
            It::ExpiredRevocationList,
            It::ExpiredRevocationListContext { time, next_update: then },
            It::InvalidPurpose,
            It::BadEncoding,
            It::UnhandledCriticalExtension,
            It::InvalidOcspResponse,
            It::ApplicationVerificationFailure,
        ];
        let hide = |it: &str| it.replace("other", "***");
        let mut lines = Vec::new();
        for error in errors {
            let Distrust { what, remedy } = Distrust::of(&error, &hide);
            assert_eq!(remedy.contains("ca-file"), error == It::UnknownIssuer, "{error:?}");
            lines.push(format!("{what}; {remedy}"));
        }
        insta::assert_snapshot!(lines.join("\n"), @"
        its certificate has expired; have it renewed, or correct this machine's clock if that is wrong
        its certificate expired on 2026-09-21; have it renewed, or correct this machine's clock if that is wrong
        its certificate is not valid yet; correct this machine's clock, or have the right certificate put in place
        its certificate becomes valid on 2026-11-18; correct this machine's clock, or have the right certificate put in place
        its certificate becomes valid at another time; correct this machine's clock, or have the right certificate put in place
        its certificate is issued for another host; set `url` to a name that it is issued for, or have one issued for this name
        its certificate is issued for no name, not for `retool.acme.example`; set `url` to a name that it is issued for, or have one issued for this name
        its certificate is issued for `***.example`, not for `retool.acme.example`; set `url` to a name that it is issued for, or have one issued for this name
        its certificate is issued for `a`, `10.0.0.1`, `b` and 2 other names, not for `retool.acme.example`; set `url` to a name that it is issued for, or have one issued for this name
        its certificate is not from an authority that is known here; name the authority in `ca-file`
        its certificate is not signed by the authority of that name that is known here; ask whoever runs the instance for the authority's certificate of today, or have a certificate issued by the one that is known here
        its certificate was revoked; have another certificate put in place
        whether its certificate was revoked is unknown; have the authority publish a list of today
        whether its certificate was revoked is unknown; have the authority publish a list of today
        whether its certificate was revoked is unknown; have the authority publish a list of today
        its certificate is not one for servers; have another certificate put in place
        its certificate cannot be accepted (BadEncoding); have another certificate put in place
        its certificate cannot be accepted (UnhandledCriticalExtension); have another certificate put in place
        its certificate cannot be accepted (InvalidOcspResponse); have another certificate put in place
        its certificate cannot be accepted (ApplicationVerificationFailure); have another certificate put in place
        ");
    }
}
