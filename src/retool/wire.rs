//! Retool's words: the paths to ask, and the envelope around every answer.

use std::fmt::Write as _;

use serde::Deserialize;

use super::List;
use crate::snapshot::record::{FieldState, Id};

/// Records in an answer where lists are asked page by page: Retool's largest.
pub(super) const PAGE: u32 = 100;

/// Every answer's shape; older servers leave out what concerns pages.
#[derive(Deserialize)]
pub(super) struct Envelope<D> {
    success: Option<bool>,
    message: Option<String>,
    data: Option<D>,
    total_count: Option<u64>,
    #[serde(default)]
    next_token: FieldState<Id>,
    /// What some versions call `next_token`.
    #[serde(default)]
    next: FieldState<Id>,
    has_more: Option<bool>,
}

/// Where a list goes on: a server's token, and the parameter it wants it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    parameter: &'static str,
    pub(super) token: String,
}

impl Cursor {
    /// A token for the usual parameter.
    pub(super) fn new(token: String) -> Self {
        Self { parameter: "next_token", token }
    }
}

/// An answer that says it succeeded.
pub(super) struct Page<D> {
    pub(super) data: D,
    pub(super) total_count: Option<u64>,
    /// An empty token counts as none.
    pub(super) next: Option<Cursor>,
    pub(super) has_more: Option<bool>,
    /// Whether it says that nothing follows: in `has_more`, or by a token that is null.
    pub(super) ends: bool,
}

/// Why an envelope holds nothing.
#[derive(Debug)]
pub(super) enum Closed {
    /// `success` is false; with the server's message.
    Failure(Option<String>),
    /// There is no `data`.
    Empty,
}

impl<D> Envelope<D> {
    /// One that says nothing.
    pub(super) fn empty() -> Self {
        let (success, message, data) = (None, None, None);
        let (total_count, has_more) = (None, None);
        let (next_token, next) = (FieldState::Unstated, FieldState::Unstated);
        Self { success, message, data, total_count, next_token, next, has_more }
    }

    /// What came without an envelope.
    pub(super) fn context(data: D) -> Self {
        Self::empty().with(data)
    }

    /// The same around `data`.
    pub(super) fn with(self, data: D) -> Self {
        Self { data: Some(data), ..self }
    }

    pub(super) fn open(self) -> Result<Page<D>, Closed> {
        if self.success == Some(false) {
            return Err(Closed::Failure(self.message));
        }
        let null = self.next_token.is_null() == Some(true) || self.next.is_null() == Some(true);
        let token = |field_state: &FieldState<Id>| {
            field_state.value().map(|it| it.0.clone()).filter(|it| !it.is_empty())
        };
        let older = |token| Cursor { parameter: "next", token };
        let next = token(&self.next_token).map(Cursor::new).or(token(&self.next).map(older));
        Ok(Page {
            data: self.data.ok_or(Closed::Empty)?,
            total_count: self.total_count,
            ends: self.has_more == Some(false)
                || (self.has_more.is_none() && null && next.is_none()),
            next,
            has_more: self.has_more,
        })
    }
}

/// What a refusal says.
#[derive(Default, Deserialize)]
pub(super) struct Complaint {
    pub(super) message: Option<String>,
}

/// Path and query of a request, below the instance's address.
pub fn request(what: List, next: Option<&Cursor>) -> String {
    let mut res = what.endpoint.path().to_owned();
    if let Some((first, last)) = what.days {
        push(&mut res, "start_date", &first.to_string());
        push(&mut res, "end_date", &last.to_string());
    }
    request_at(&res, what.limit, next)
}

/// The same for a path that is no endpoint's.
pub(super) fn request_at(path: &str, limit: Option<u32>, next: Option<&Cursor>) -> String {
    let mut res = path.to_owned();
    // A token means nothing to the server without a limit beside it.
    if limit.is_some() || next.is_some() {
        push(&mut res, "limit", &limit.unwrap_or(PAGE).to_string());
    }
    if let Some(it) = next {
        push(&mut res, it.parameter, &it.token);
    }
    res
}

/// A word that cannot leave its place in an address.
pub(super) fn escaped(word: &str) -> String {
    let mut res = String::new();
    for it in word.bytes() {
        if it.is_ascii_alphanumeric() || b"-._~".contains(&it) {
            res.push(char::from(it));
        } else {
            write!(res, "%{it:02X}").expect("text takes any length");
        }
    }
    res
}

fn push(request: &mut String, key: &str, value: &str) {
    request.push(if request.contains('?') { '&' } else { '?' });
    request.push_str(key);
    request.push('=');
    request.push_str(&escaped(value));
}

#[cfg(test)]
mod tests {
    use super::{Cursor, Envelope, List, request};
    use crate::snapshot::ledger::Endpoint;

    #[test]
    fn a_token_cannot_leave_its_parameter() {
        let next = Cursor::new("a+b/c=&d ü".into());
        insta::assert_snapshot!(request(List::paged(Endpoint::Users), Some(&next)), @"/api/v2/users?limit=100&next_token=a%2Bb%2Fc%3D%26d%20%C3%BC");
    }

    #[test]
    fn a_list_without_portions_has_no_query() {
        insta::assert_snapshot!(request(List::whole(Endpoint::Groups), None), @"/api/v2/groups");
    }

    #[test]
    fn usage_is_asked_of_some_days() {
        let day = |it: &str| it.parse().expect("a day");
        let days = Some((day("2026-10-22"), day("2026-11-20")));
        let usage = List { days, ..List::whole(Endpoint::UsageUserSummary) };
        insta::assert_snapshot!(request(usage, None), @"/api/v2/usage/user_summary?start_date=2026-10-22&end_date=2026-11-20");
    }

    #[test]
    fn a_token_goes_back_under_the_name_it_came_with() {
        let next = |body: &str| {
            let envelope: Envelope<Vec<u8>> = serde_json::from_str(body).expect("JSON");
            let page = envelope.open().expect("data");
            request(List::paged(Endpoint::Users), page.next.as_ref())
        };
        insta::assert_snapshot!(next(r#"{"data": [], "next": "t"}"#), @"/api/v2/users?limit=100&next=t");
        insta::assert_snapshot!(next(r#"{"data": [], "next": "", "next_token": 7}"#), @"/api/v2/users?limit=100&next_token=7");
    }
}
