//! Retool's words: the paths to ask, and the envelope around every answer.

use std::fmt::Write as _;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::List;
use crate::snapshot::record::{AccessToken, Group, Id, User, UserInvite};

/// Records in an answer where lists are asked page by page: Retool's largest.
const PAGE: &str = "100";

/// A record of a list, told apart by its id.
pub trait Record: DeserializeOwned + PartialEq {
    /// The id.
    fn id(&self) -> &Id;
}

impl Record for User {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl Record for Group {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl Record for UserInvite {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl Record for AccessToken {
    fn id(&self) -> &Id {
        &self.id
    }
}

/// Every answer's shape; older servers leave out what concerns pages.
#[derive(Deserialize)]
pub(super) struct Envelope<D> {
    success: Option<bool>,
    message: Option<String>,
    data: Option<D>,
    total_count: Option<u64>,
    next_token: Option<Id>,
    has_more: Option<bool>,
}

/// An answer that says it succeeded.
pub(super) struct Page<D> {
    pub(super) data: D,
    pub(super) total_count: Option<u64>,
    /// Empty text counts as none.
    pub(super) next_token: Option<String>,
    pub(super) has_more: Option<bool>,
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
    pub(super) fn open(self) -> Result<Page<D>, Closed> {
        if self.success == Some(false) {
            return Err(Closed::Failure(self.message));
        }
        Ok(Page {
            data: self.data.ok_or(Closed::Empty)?,
            total_count: self.total_count,
            next_token: self.next_token.map(|it| it.0).filter(|it| !it.is_empty()),
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
pub fn request(what: List, token: Option<&str>) -> String {
    let mut res = format!("/api/v2{}", what.endpoint.path());
    // A token means nothing to the server without a limit beside it.
    if what.paged || token.is_some() {
        push(&mut res, "limit", PAGE);
    }
    if let Some(it) = token {
        push(&mut res, "next_token", it);
    }
    res
}

fn push(request: &mut String, key: &str, value: &str) {
    request.push(if request.contains('?') { '&' } else { '?' });
    request.push_str(key);
    request.push('=');
    for it in value.bytes() {
        if it.is_ascii_alphanumeric() || b"-._~".contains(&it) {
            request.push(char::from(it));
        } else {
            write!(request, "%{it:02X}").expect("text takes any length");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{List, request};
    use crate::snapshot::ledger::Endpoint;

    #[test]
    fn a_token_cannot_leave_its_parameter() {
        let users = List { endpoint: Endpoint::Users, paged: true };
        insta::assert_snapshot!(request(users, Some("a+b/c=&d ü")), @"/api/v2/users?limit=100&next_token=a%2Bb%2Fc%3D%26d%20%C3%BC");
    }

    #[test]
    fn a_list_without_portions_has_no_query() {
        let groups = List { endpoint: Endpoint::Groups, paged: false };
        insta::assert_snapshot!(request(groups, None), @"/api/v2/groups");
    }
}
