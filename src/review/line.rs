//! One line of a review: an entitlement of an account or a token.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::digest;

/// What kind of entitlement a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntitlementKind {
    /// The account itself, with what every account may do.
    Account,
    /// Administration of the whole instance.
    Administrator,
    /// Membership in a group other than All Users.
    Membership,
    /// A level on a single object, outside any group.
    Grant,
    /// An API token.
    Token,
}

impl EntitlementKind {
    /// The kind as worksheets and files have it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Administrator => "administrator",
            Self::Membership => "membership",
            Self::Grant => "grant",
            Self::Token => "token",
        }
    }

    /// What happens if it is revoked.
    pub fn if_revoked(self) -> &'static str {
        match self {
            Self::Account => "The account is disabled: nobody can sign in with it.",
            Self::Administrator => "The account no longer administers the instance.",
            Self::Membership => {
                "The account leaves the group; what another group grants too, it keeps."
            }
            Self::Grant => "The account loses this access; what a group grants too, it keeps.",
            Self::Token => "Whatever uses the token stops working.",
        }
    }
}

/// One entitlement of one holder, as a pack has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewLine {
    /// The same for the same entitlement in every campaign: see [`line_id`].
    pub line_id: String,
    /// The instance.
    pub instance: String,
    /// What kind of entitlement it is.
    pub kind: EntitlementKind,
    /// Retool's id of the account or the token.
    pub account_id: String,
    /// What people call it: the address of an account, the name of a token.
    pub account: String,
    /// The person behind it, as the roster or Retool has the name; empty where none is known.
    pub person: String,
    /// Retool's id of the group or the object; empty where there is none.
    pub entitlement_id: String,
    /// What the entitlement is, in words.
    pub entitlement: String,
    /// What it lets its holder do.
    pub allows: String,
    /// How the holder comes by it.
    pub access_path: String,
    /// Since when, as far as it is known.
    pub since: String,
    /// When the account was last used, as Retool reports it.
    pub last_used: String,
    /// The rules that have an exception about the account, each with its code and title.
    pub flagged: String,
    /// Those of them that a waiver may accept and none accepts yet, by the ids of the findings.
    pub findings: Vec<String>,
    /// What was decided in an earlier campaign, and when; empty where nothing was.
    pub decided_before: String,
    /// Who decides; empty where nobody may.
    pub reviewer: String,
    /// By which rule: manager, group owner, instance owner or named; why nobody may, where there
    /// is no reviewer.
    pub reviewer_as: String,
    /// The addresses of the person behind the account: none of them decides about it.
    pub addresses: BTreeSet<String>,
}

/// The id of a line: the first 12 hex digits of SHA-256 over what tells the entitlement from any
/// other.
pub fn line_id(
    instance: &str,
    kind: EntitlementKind,
    account_id: &str,
    entitlement_id: &str,
) -> String {
    let text = format!("{instance}\n{}\n{account_id}\n{entitlement_id}\n", kind.word());
    format!("L-{}", &digest::of(text)[..12])
}
