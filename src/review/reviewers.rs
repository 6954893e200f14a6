//! Who reviews which line: by rules, one after the other, and never the holder of it.

use super::line::EntitlementKind;
use crate::config::Config;
use crate::config::review::ReviewerRule;
use crate::identities::{Identities, Identity};
use crate::names::fold;

/// What decides who reviews a line.
#[derive(Clone, Copy, Debug)]
pub struct LineFacts<'a> {
    /// The instance.
    pub instance: &'a str,
    /// What kind of entitlement it is.
    pub kind: EntitlementKind,
    /// The name of the group; empty where there is none.
    pub group: &'a str,
    /// The manager of the person; empty where none is known.
    pub manager: &'a str,
    /// Whoever holds it.
    pub holder: &'a Identity,
}

/// A reviewer, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Who reviews; empty where nobody may.
    pub reviewer: String,
    /// By which rule, or why nobody may.
    pub by: String,
}

/// Finds reviewers.
#[derive(Clone, Copy, Debug)]
pub struct Reviewers<'a> {
    /// Where owners are named, with the rules and whoever reviews the rest.
    pub config: &'a Config,
    /// Who is whom.
    pub identities: &'a Identities<'a>,
}

impl Reviewers<'_> {
    /// Who reviews a line.
    pub fn of(&self, line: LineFacts<'_>) -> Assignment {
        let review = &self.config.review;
        let by_rule = review.reviewers.iter().flat_map(|rule| {
            self.candidates(*rule, line)
                .into_iter()
                .map(move |it| (it, rule.word().replace('-', " ")))
        });
        let fallback = review.fallback.iter().map(|it| (it.clone(), "named".to_owned()));
        let mut own = false;
        for (reviewer, by) in by_rule.chain(fallback) {
            if self.identities.whom(&reviewer, None).may_be(line.holder) {
                own = true;
                continue;
            }
            return Assignment { reviewer, by };
        }
        let why = if own {
            "every reviewer of it is its holder"
        } else {
            "no manager, owner or fallback is known"
        };
        Assignment { reviewer: String::new(), by: why.to_owned() }
    }

    /// The addresses that a rule names.
    fn candidates(&self, rule: ReviewerRule, line: LineFacts<'_>) -> Vec<String> {
        let instance = self.config.instances.iter().find(|it| it.name == line.instance);
        match rule {
            ReviewerRule::Manager => address(line.manager).into_iter().collect(),
            ReviewerRule::GroupOwner => {
                let owners = instance.and_then(|it| it.group_owners.as_ref());
                let own = owners.and_then(|it| it.get(&fold(line.group)));
                own.into_iter().flatten().cloned().collect()
            }
            ReviewerRule::InstanceOwner => {
                let owner = instance.and_then(|it| it.owner.as_deref());
                owner.and_then(address).into_iter().collect()
            }
        }
    }
}

/// The address in a text such as `Ana Example, ana@acme.example`; none where there is none.
fn address(text: &str) -> Option<String> {
    let words = text.split(|it: char| it.is_whitespace() || ",;<>()".contains(it));
    words.map(str::trim).find(|it| crate::address::is_one(it)).map(str::to_lowercase)
}
