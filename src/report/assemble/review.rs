//! The lines of a review: what each account and token is entitled to, in words.

mod known;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;

use polars::prelude::PolarsResult;

use self::known::{Flagged, Flags, Since};
use self::words::{ADMINISTERS, allows};
use super::inputs::ReportInputs;
use crate::config::review::{ReviewScope, ReviewSettings};
use crate::identities::Identity;
use crate::names::fold;
use crate::review::{EntitlementKind, LineFacts, ReviewLine, Reviewers, line_id};
use crate::tables::Table;
use crate::tables::dictionary::{grant, group, membership, token, user};

/// What a line says where a fact is not known.
const UNKNOWN: &str = "not known";

/// Every line of a review, by instance, account and kind; `before` is what earlier campaigns
/// decided about a line, by its id.
///
/// # Errors
///
/// Fails when a frame does not hold what the data dictionary promises.
pub fn review_lines(
    inputs: &ReportInputs<'_>,
    reviewers: Reviewers<'_>,
    before: &BTreeMap<String, String>,
) -> PolarsResult<Vec<ReviewLine>> {
    let frames = [Table::Users, Table::Groups, Table::Memberships, Table::Grants, Table::Tokens];
    let frames = frames.map(|it| inputs.tables.sorted(it));
    let [users, groups, memberships, grants, tokens] = frames;
    let (users, groups, memberships) = (users?, groups?, memberships?);
    let (grants, tokens) = (grants?, tokens?);
    let accounts: Vec<_> = user::read_rows(&users)?.filter(|it| it.active != Some(false)).collect();
    let groups: Vec<_> = group::read_rows(&groups)?.collect();
    let maker = LineMaker {
        settings: &reviewers.config.review,
        reviewers,
        flags: Flags::of(inputs),
        since: Since::of(inputs)?,
        groups: groups.iter().map(|it| ((&*it.instance, &*it.group_id), it)).collect(),
        accounts: accounts.iter().map(|it| ((&*it.instance, &*it.user_id), it)).collect(),
        before,
    };
    let mut res = Vec::new();
    for it in accounts.iter().filter(|it| maker.is_asked(it)) {
        res.push(maker.account(it));
        // Who is in the group has a line as its member.
        if it.is_admin == Some(true) && it.in_admin_group != Some(true) {
            res.push(maker.administrator(it));
        }
    }
    for it in membership::read_rows(&memberships)?.filter(|it| !it.implicit) {
        res.extend(maker.membership(&it));
    }
    for it in grant::read_rows(&grants)?.filter(|it| it.subject_type == "user") {
        res.extend(maker.grant(&it));
    }
    for it in token::read_rows(&tokens)? {
        res.extend(maker.token(&it));
    }
    let key = |it: &ReviewLine| {
        (
            it.instance.clone(),
            it.account.clone(),
            it.kind,
            it.entitlement.clone(),
            it.line_id.clone(),
        )
    };
    res.sort_by_cached_key(key);
    Ok(res)
}

struct LineMaker<'a> {
    settings: &'a ReviewSettings,
    reviewers: Reviewers<'a>,
    flags: Flags<'a>,
    since: Since<'a>,
    groups: BTreeMap<(&'a str, &'a str), &'a group::Row<'a>>,
    /// Those that may sign in.
    accounts: BTreeMap<(&'a str, &'a str), &'a user::Row<'a>>,
    before: &'a BTreeMap<String, String>,
}

/// What a line is of, before it is known who decides.
struct DraftLine<'a> {
    instance: &'a str,
    kind: EntitlementKind,
    account_id: &'a str,
    account: &'a str,
    person: &'a str,
    manager: &'a str,
    entitlement_id: &'a str,
    /// The name of the group; empty where there is none.
    group: &'a str,
    entitlement: String,
    allows: String,
    access_path: String,
    since: String,
    last_used: String,
    flagged: Flagged,
    /// A word for whoever holds it.
    holder: &'a str,
}

impl LineMaker<'_> {
    /// Whether the whole access of an account is reviewed.
    fn is_asked(&self, it: &user::Row<'_>) -> bool {
        self.settings.scope.iter().any(|scope| match scope {
            ReviewScope::Everybody => true,
            // What is not known to be ordinary is reviewed.
            ReviewScope::Privileged => it.tier.or(it.tier_at_least).is_none_or(|it| it <= 1),
            ReviewScope::Findings => self.flags.has(&it.instance, &it.user_id),
            ReviewScope::External => it.own_domain != Some(true),
            ReviewScope::Tokens => false,
        })
    }

    fn asks_about_tokens(&self, flagged: &Flagged) -> bool {
        let scope = &self.settings.scope;
        let all = [ReviewScope::Everybody, ReviewScope::Tokens];
        all.iter().any(|it| scope.contains(it))
            || scope.contains(&ReviewScope::Findings) && !flagged.is_empty()
    }

    fn account(&self, it: &user::Row<'_>) -> ReviewLine {
        let everyone = self
            .groups
            .values()
            .find(|group| group.instance == it.instance && fold(&group.name) == "all users");
        let allows = everyone.map_or(UNKNOWN.to_owned(), |group| allows(group));
        self.made(DraftLine {
            entitlement: "may sign in".to_owned(),
            allows: format!("as every account: {allows}"),
            access_path: it.access_path.to_string(),
            since: it
                .created_at
                .map_or(UNKNOWN.to_owned(), |at| format!("created {}", at.date_naive())),
            flagged: self.flags.of_subject(&it.instance, &it.user_id),
            ..of_account(it, EntitlementKind::Account)
        })
    }

    fn administrator(&self, it: &user::Row<'_>) -> ReviewLine {
        self.made(DraftLine {
            entitlement: "administrator, by flag".to_owned(),
            allows: ADMINISTERS.to_owned(),
            access_path: "flagged as administrator".to_owned(),
            since: UNKNOWN.to_owned(),
            flagged: self.flags.of_entitlement(&it.instance, &it.user_id, "admin"),
            ..of_account(it, EntitlementKind::Administrator)
        })
    }

    /// The line of a membership; none where the account cannot sign in, or is not asked about.
    fn membership(&self, it: &membership::Row<'_>) -> Option<ReviewLine> {
        let account = self.accounts.get(&(&*it.instance, &*it.user_id))?;
        let group = self.groups.get(&(&*it.instance, &*it.group_id));
        let name = group.map_or(Cow::Borrowed(&*it.group_id), |group| group.name.clone());
        let lower = fold(&name);
        if !(self.is_asked(account) || self.settings.groups.contains(&lower)) {
            return None;
        }
        let is_admin = lower == "admin";
        let kind =
            if is_admin { EntitlementKind::Administrator } else { EntitlementKind::Membership };
        let manages = match it.is_group_admin {
            Some(true) => "; may add and remove its members",
            Some(false) => "",
            None => "; whether the account may add and remove its members is not known",
        };
        let allows = match group {
            _ if is_admin => ADMINISTERS.to_owned(),
            Some(group) => allows(group),
            None => UNKNOWN.to_owned(),
        };
        Some(self.made(DraftLine {
            entitlement: format!("member of group {name}"),
            allows: allows + manages,
            access_path: format!("member of {name}"),
            since: self.since.membership(it, &name),
            flagged: self.flags.of_entitlement(&it.instance, &it.user_id, &lower),
            entitlement_id: &it.group_id,
            group: &name,
            ..of_account(account, kind)
        }))
    }

    /// The line of a grant; none where the account cannot sign in, or is not asked about.
    fn grant(&self, it: &grant::Row<'_>) -> Option<ReviewLine> {
        let account = self.accounts.get(&(&*it.instance, &*it.subject_id))?;
        if !self.is_asked(account) {
            return None;
        }
        let object = it.object.as_deref().unwrap_or(&it.object_id);
        let level = it.access.as_deref().unwrap_or("unknown access to");
        let id = format!("{} {}", it.object_type, it.object_id);
        Some(self.made(DraftLine {
            entitlement: format!("{level} {} {object}", it.object_type),
            allows: format!("{level} this {}", it.object_type),
            access_path: it.access_path.to_string(),
            since: UNKNOWN.to_owned(),
            flagged: Flagged::default(),
            entitlement_id: &id,
            ..of_account(account, EntitlementKind::Grant)
        }))
    }

    /// The line of a token; none where it is not asked about.
    fn token(&self, it: &token::Row<'_>) -> Option<ReviewLine> {
        let flagged = self.flags.of_subject(&it.instance, &it.token_id);
        if !self.asks_about_tokens(&flagged) {
            return None;
        }
        let owner = it.owner.as_deref().unwrap_or_default();
        Some(
            self.made(DraftLine {
                instance: &it.instance,
                kind: EntitlementKind::Token,
                account_id: &it.token_id,
                account: &it.label,
                person: owner,
                manager: "",
                entitlement_id: "",
                group: "",
                entitlement: format!("API token {}", it.label),
                allows: it.scopes.as_deref().unwrap_or(UNKNOWN).to_owned(),
                access_path: match owner {
                    "" => "made by an account that is not known".to_owned(),
                    owner => format!("made by {owner}"),
                },
                since: it
                    .created_at
                    .map_or(UNKNOWN.to_owned(), |at| format!("created {}", at.date_naive())),
                last_used: "not shown by Retool".to_owned(),
                flagged,
                holder: owner,
            }),
        )
    }

    fn made(&self, it: DraftLine<'_>) -> ReviewLine {
        let holder = self.reviewers.identities.whom(it.holder, Some(it.instance));
        let facts = LineFacts {
            instance: it.instance,
            kind: it.kind,
            group: it.group,
            manager: it.manager,
            holder: &holder,
        };
        let assigned = self.reviewers.of(facts);
        let line_id = line_id(it.instance, it.kind, it.account_id, it.entitlement_id);
        ReviewLine {
            decided_before: self.before.get(&line_id).cloned().unwrap_or_default(),
            line_id,
            instance: it.instance.to_owned(),
            kind: it.kind,
            account_id: it.account_id.to_owned(),
            account: it.account.to_owned(),
            person: it.person.to_owned(),
            entitlement_id: it.entitlement_id.to_owned(),
            entitlement: it.entitlement,
            allows: it.allows,
            access_path: it.access_path,
            since: it.since,
            last_used: it.last_used,
            flagged: it.flagged.words(),
            findings: it.flagged.findings,
            reviewer: assigned.reviewer,
            reviewer_as: assigned.by,
            addresses: Identity::addresses(&holder).clone(),
        }
    }
}

/// What every line of an account has.
fn of_account<'r>(it: &'r user::Row<'_>, kind: EntitlementKind) -> DraftLine<'r> {
    let last_used = match (it.last_active, it.never_active) {
        (Some(at), _) => format!("used {}", at.date_naive()),
        (None, Some(true)) => "never used".to_owned(),
        (None, _) => UNKNOWN.to_owned(),
    };
    DraftLine {
        instance: &it.instance,
        kind,
        account_id: &it.user_id,
        account: &it.label,
        person: &it.name,
        manager: it.manager.as_deref().unwrap_or_default(),
        entitlement_id: "",
        group: "",
        entitlement: String::new(),
        allows: String::new(),
        access_path: String::new(),
        since: String::new(),
        last_used,
        flagged: Flagged::default(),
        holder: &it.user_id,
    }
}
