//! What rules look at: accounts, groups, tokens, waivers and so on, each with its facts.
//!
//! Candidates have `instance`, `subject_id` and `subject` first, then what the verdict rests on,
//! and last whom to ask.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, col, lit};

use crate::tables::dictionary::{group, invite, setting, token, user, waiver};
use crate::tables::{Table, View};

/// Accounts: the facts that a verdict rests on, then whom to ask about the account.
pub fn accounts(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let subject =
        [user::instance(), user::user_id().alias("subject_id"), user::label().alias("subject")];
    let context = [user::access_path(), user::manager()];
    let columns = subject.into_iter().chain(facts).chain(context);
    view.get(Table::Users).select(columns.collect::<Vec<_>>())
}

/// Groups: what each grants on everything of a kind, then the other facts.
pub fn groups(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        group::instance(),
        group::group_id().alias("subject_id"),
        group::name().alias("subject"),
        group::lower_name(),
        group::app_access(),
        group::resource_access(),
        group::workflow_access(),
    ];
    view.get(Table::Groups).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Invitations: whether somebody took each, where it leads, then the other facts.
pub fn invites(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        invite::instance(),
        invite::invite_id().alias("subject_id"),
        invite::label().alias("subject"),
        invite::claimed(),
        invite::groups(),
        invite::created_at(),
    ];
    view.get(Table::Invites).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// API tokens: the owner and what each may do, then the other facts.
pub fn tokens(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        token::instance(),
        token::token_id().alias("subject_id"),
        token::label().alias("subject"),
        token::owner(),
        token::scopes(),
    ];
    view.get(Table::Tokens).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Waivers: what each accepts and how it stands, then the other facts, and its owner to ask.
pub fn waivers(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        waiver::instance(),
        waiver::waiver_id().alias("subject_id"),
        waiver::waiver_id().alias("subject"),
        waiver::rule_code(),
        waiver::state(),
    ];
    let context = waiver::owner().alias("manager");
    let columns = columns.into_iter().chain(facts).chain([context]);
    view.get(Table::Waivers).select(columns.collect::<Vec<_>>())
}

/// Instances with their settings.
pub fn instances(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let instance = || setting::instance();
    let subject = [instance(), instance().alias("subject_id"), instance().alias("subject")];
    view.get(Table::Settings).select(subject.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Instances with their active accounts and administrators; `unknown` is how many accounts could be
/// active administrators besides.
pub fn administrators(view: &View) -> LazyFrame {
    let admin = || user::active().and(user::tier().eq(lit(0)));
    let count = |it: Expr| it.sum().cast(DataType::Int64);
    let counted = view.get(Table::Users).group_by([user::instance()]).agg([
        count(admin()).alias("admins"),
        count(user::active()).alias("active_accounts"),
        count(admin().is_null()).alias("unknown"),
    ]);
    let instance = || user::instance();
    let subject = [instance(), instance().alias("subject_id"), instance().alias("subject")];
    counted.select([subject, ["admins", "active_accounts", "unknown"].map(col)].concat())
}

/// A verdict that the facts at hand do not give.
pub fn unknown() -> Expr {
    lit(NULL).cast(DataType::Boolean)
}
