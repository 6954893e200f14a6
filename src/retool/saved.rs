//! Answers that somebody saved, read exactly as if the server had just sent them.

use super::door::Answer;
use super::intake::{self, Intake, Reading};
use super::paging::Step;
use super::record::Record;
use super::refusal::{Case, Refusal};
use crate::snapshot::ledger::LedgerRow;

/// Reads a list from saved answers, in the order of its pages.
///
/// `row` is as [`LedgerRow::begin`] made it: it says what the answers are to, which files they came
/// from in place of a request, and when.
pub fn list<T: Record>(
    row: LedgerRow,
    bodies: impl IntoIterator<Item = Vec<u8>>,
) -> Reading<Vec<T>> {
    let case = Case::saved(row.endpoint);
    let mut intake = Intake::new(row);
    let mut step = None;
    for body in bodies {
        if step == Some(Step::Done) {
            let refusal = Refusal::protocol("there are answers after the one that ends the list");
            return intake.end(Err(refusal));
        }
        match intake.take(&Answer::saved(body), case) {
            Ok(it) => step = Some(it),
            Err(it) => return intake.end(Err(it)),
        }
    }
    intake.end(match step {
        Some(Step::Done) => Ok(()),
        Some(Step::More(_)) => Err(Refusal::protocol(
            "the last answer says that there are more records; save all pages",
        )),
        None => Err(Refusal::protocol("there is no answer")),
    })
}

/// Reads a settings object from its one saved answer.
pub fn object<T: Record>(mut row: LedgerRow, body: Vec<u8>) -> Reading<Option<T>> {
    let case = Case::saved(row.endpoint);
    let page = intake::open(&mut row, &Answer::saved(body), case);
    intake::object(row, page)
}

#[cfg(test)]
mod tests {
    use super::{list, object};
    use crate::retool::Reading;
    use crate::snapshot::ledger::{Endpoint, LedgerRow};
    use crate::snapshot::record::{Organization, User};

    #[test]
    fn saved_pages_are_read_as_if_they_had_just_come() {
        let first = r#"{"data": [{"id": "a"}, {"id": "b"}], "has_more": true, "next_token": "t"}"#;
        let last = r#"{"data": [{"id": "c"}], "has_more": false}"#;
        let of = |bodies: &[&str]| {
            let bodies = bodies.iter().map(|it| it.as_bytes().to_vec());
            draw(&list::<User>(row(Endpoint::Users), bodies))
        };
        let picture = [
            of(&[first, last]),
            of(&[first]),
            of(&[last, first]),
            of(&[]),
            of(&[r#"{"success": false, "message": "not on your plan"}"#]),
            of(&["<html>Sign in</html>"]),
        ];
        insta::assert_snapshot!(picture.join("\n"), @r"
        ok kept 3 aside 0 
        protocol kept 0 aside 2 the last answer says that there are more records; save all pages
        protocol kept 0 aside 1 there are answers after the one that ends the list
        protocol kept 0 aside 0 there is no answer
        plan kept 0 aside 0 the plan does not offer `/api/v2/users`, saying `not on your plan`; the API needs Retool's Enterprise plan
        protocol kept 0 aside 0 a web page came instead of JSON: `url` leads to a sign-in page or a proxy, or the plan has no API
        ");
    }

    #[test]
    fn a_saved_object_is_read_too() {
        let body = br#"{"success": true, "data": {"id": "org_1", "two_factor_auth_type": "sms"}}"#;
        let reading = object::<Organization>(row(Endpoint::Organization), body.to_vec());
        assert_eq!(reading.row.words_unknown.line(), "two_factor_auth_type: sms");
        assert_eq!((reading.row.rows_kept, reading.row.status), (1, None));
    }

    fn row(endpoint: Endpoint) -> LedgerRow {
        LedgerRow::begin(
            endpoint,
            "users.json".into(),
            "2026-11-21T16:00:00Z".parse().expect("a time"),
        )
    }

    fn draw(it: &Reading<Vec<User>>) -> String {
        let row = &it.row;
        format!(
            "{} kept {} aside {} {}",
            row.outcome.word(),
            row.rows_kept,
            row.rows_aside,
            row.reason
        )
    }
}
