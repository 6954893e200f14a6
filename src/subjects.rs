//! What rules look at: accounts, groups, tokens, waivers and so on, each with its facts.
//!
//! Subjects have `instance`, `subject_id` and `subject` first, then what the verdict rests on, and
//! last whom to ask.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, col, lit, when};

use crate::tables::column::SPAN_UNITS;
use crate::tables::column::{ColumnMeta, Null};
use crate::tables::dictionary::{
    group, invite, review, review_line, reviewer, setting, token, user, waiver,
};
use crate::tables::{Table, View};

/// The last day on which a subject may be as it is: an exception is due then, whatever the days of
/// remediation are.
pub const DEADLINE: &str = "deadline";

/// The deadline of what is allowed for so many days after a last day.
pub fn deadline(last_day: Expr, days: i64) -> Expr {
    let day = last_day.cast(DataType::Int32).cast(DataType::Int64) + lit(days);
    day.cast(DataType::Int32).cast(DataType::Date).alias(DEADLINE)
}

/// A column of subjects that serves the population alone, and is no fact of a finding.
pub const MEMBER: &str = "member";

/// Accounts: the facts that a verdict rests on, then whom to ask about the account.
pub fn accounts(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let subject =
        [user::instance(), user::user_id().alias("subject_id"), user::label().alias("subject")];
    let context = [user::access_path(), user::manager()];
    let columns = subject.into_iter().chain(with_bounds(Table::Users, facts)).chain(context);
    view.get(Table::Users).select(columns.collect::<Vec<_>>())
}

/// Accounts, for rules that speak of what people do or fail to do: [`is_persons`] leaves out
/// service accounts with an owner in the roster.
///
/// A machine has no second factor and no holidays, and Retool does not count what is done with an
/// API token as activity of the account, so that such an account would be dormant for ever. What is
/// asked of it instead is that it has an owner (`account-without-owner`). An account of an unknown
/// kind counts as a person's, and so does a service account without an owner who is there.
pub fn people(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let member = user::answered_for().neq_missing(lit(true)).alias(MEMBER);
    accounts(view, facts.into_iter().chain([member]))
}

/// Whether one of [`people`] is an account that the rule looks at.
pub fn is_persons() -> Expr {
    col(MEMBER)
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
    let facts = with_bounds(Table::Groups, facts);
    view.get(Table::Groups).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Invitations: whether each was accepted, where it leads, then the other facts.
pub fn invites(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        invite::instance(),
        invite::invite_id().alias("subject_id"),
        invite::label().alias("subject"),
        invite::claimed(),
        invite::groups(),
        invite::created_at(),
    ];
    let facts = with_bounds(Table::Invites, facts);
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

/// Reviews: of which month, with how many lines, then the other facts.
pub fn reviews(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        review::instance(),
        review::campaign_id().alias("subject_id"),
        review::campaign_id().alias("subject"),
        review::period(),
        review::lines(),
        review::open(),
    ];
    view.get(Table::Reviews).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Reviewers: in which review, then the other facts.
pub fn reviewers(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        reviewer::instance(),
        reviewer::reviewer_id().alias("subject_id"),
        reviewer::reviewer().alias("subject"),
        reviewer::campaign_id(),
    ];
    view.get(Table::ReviewReviewers).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Lines of reviews: who decided what about which account, then the other facts.
pub fn review_lines(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let columns = [
        review_line::instance(),
        review_line::line_id().alias("subject_id"),
        review_line::account().alias("subject"),
        review_line::entitlement(),
        review_line::campaign_id(),
        review_line::reviewer(),
        review_line::decision(),
        review_line::decided_at(),
        review_line::superseded(),
    ];
    view.get(Table::ReviewLines).select(columns.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Whether a line was to be revoked or changed, no later review says otherwise, and a snapshot was
/// collected since.
pub fn is_removal() -> Expr {
    let removes =
        review_line::decision().eq(lit("revoke")).or(review_line::decision().eq(lit("change")));
    removes.and(review_line::superseded().not()).and(review_line::looked_for())
}

/// Each fact, and after it the bounds that the table has for it where it is not known exactly.
fn with_bounds(table: Table, facts: impl IntoIterator<Item = Expr>) -> Vec<Expr> {
    let columns = table.columns();
    let bounds = |fact: Expr| {
        let of = |column_meta: &&ColumnMeta| matches!(column_meta.null, Null::BoundOf(name) if col(name) == fact);
        let bounds: Vec<Expr> = columns.iter().filter(of).map(|column| col(column.name)).collect();
        std::iter::once(fact).chain(bounds)
    };
    facts.into_iter().flat_map(bounds).collect()
}

/// A number of which a table has bounds where it is not known exactly.
#[derive(Debug)]
pub struct Bounded {
    value: Expr,
    least: Expr,
    most: Expr,
}

/// The tier of an account.
pub fn tier() -> Bounded {
    Bounded { value: user::tier(), least: user::tier_at_least(), most: user::tier_at_most() }
}

/// How many groups besides All Users an account is in, of which it may be in all.
pub fn n_groups() -> Bounded {
    let most = lit(i64::MAX);
    Bounded { value: user::n_groups(), least: user::n_groups_at_least(), most }
}

/// How many members of a group may sign in.
pub fn active_members() -> Bounded {
    Bounded {
        value: group::active_members(),
        least: group::active_members_at_least(),
        most: group::active_members_at_most(),
    }
}

/// The tier of an account at the previous snapshot.
pub fn was_tier() -> Bounded {
    Bounded {
        value: user::was_tier(),
        least: user::was_tier_at_least(),
        most: user::was_tier_at_most(),
    }
}

/// The tier of the account that invited.
pub fn inviter_tier() -> Bounded {
    Bounded {
        value: invite::inviter_tier(),
        least: invite::inviter_tier_at_least(),
        most: invite::inviter_tier_at_most(),
    }
}

impl Bounded {
    /// Whether the number is at most `limit`.
    pub fn up_to(self, limit: i64) -> Expr {
        self.below(Self { value: lit(limit + 1), least: lit(limit + 1), most: lit(limit + 1) })
    }

    /// Whether the number is less than another.
    pub fn below(self, other: Self) -> Expr {
        let (one, two) = (self.bounds(), other.bounds());
        let below = when(one.most.lt(two.least)).then(lit(true));
        below.when(one.least.gt_eq(two.most)).then(lit(false)).otherwise(unknown())
    }

    /// The bounds of a number that is known are the number itself.
    fn bounds(self) -> Self {
        let known = |bound: Expr| {
            let value = self.value.clone();
            when(value.clone().is_not_null()).then(value).otherwise(bound)
        };
        Self { least: known(self.least), most: known(self.most), value: self.value.clone() }
    }
}

/// Instances with their settings.
pub fn instances(view: &View, facts: impl IntoIterator<Item = Expr>) -> LazyFrame {
    let instance = || setting::instance();
    let subject = [instance(), instance().alias("subject_id"), instance().alias("subject")];
    view.get(Table::Settings).select(subject.into_iter().chain(facts).collect::<Vec<_>>())
}

/// Instances with their active administrators and active accounts, as far as they are known for
/// sure.
///
/// `unknown` is how many accounts could be active administrators besides. Of the accounts whose
/// state is unknown, `perhaps_ordinary` could be no administrators, and `perhaps_admins` could be
/// some: these two where they are asked for `besides`.
pub fn administrators(view: &View, besides: &[&str]) -> LazyFrame {
    let admin = || user::active().and(tier().up_to(0));
    let count = |it: Expr| it.sum().cast(DataType::Int64);
    let perhaps = |admin: bool| {
        let so = tier().up_to(0).eq(lit(admin)).fill_null(lit(true));
        count(user::active().is_null().and(so))
    };
    let counted = view.get(Table::Users).group_by([user::instance()]).agg([
        count(admin()).alias("admins"),
        count(user::active()).alias("active_accounts"),
        count(admin().is_null()).alias("unknown"),
        perhaps(false).alias("perhaps_ordinary"),
        perhaps(true).alias("perhaps_admins"),
    ]);
    let instance = || user::instance();
    let subject = [instance(), instance().alias("subject_id"), instance().alias("subject")];
    let counts = ["admins", "active_accounts", "unknown"].iter().chain(besides).map(|it| col(*it));
    counted.select(subject.into_iter().chain(counts).collect::<Vec<_>>())
}

/// A reason for an exception: when it holds, and its words.
#[derive(Clone)]
pub struct Reason {
    when: Expr,
    words: Expr,
}

impl Reason {
    /// A reason in fixed words.
    pub fn new(when: Expr, words: &'static str) -> Self {
        Self { when, words: lit(words) }
    }

    /// A reason whose words hold the value of a column; a value that is not known is "unknown".
    pub fn with(when: Expr, [before, after]: [&'static str; 2], value: Expr) -> Self {
        let value = value.cast(DataType::String).fill_null(lit("unknown"));
        Self { when, words: lit(before) + value + lit(after) }
    }

    /// A reason whose words hold a length of time, as the facts beside it print it.
    pub fn lasting(when: Expr, words: [&'static str; 2], span: Expr) -> Self {
        Self::with(when, words, span_text(span))
    }
}

/// A length of time in words, by its two largest units as `tables::column::span_words` has it.
fn span_text(span: Expr) -> Expr {
    let known = span.clone().is_not_null();
    let (mut text, mut n_shown, mut rest) = (lit(""), lit(0), span);
    for (size, unit) in SPAN_UNITS {
        let count = rest.clone().floor_div(lit(size));
        rest = rest % lit(size);
        let shows = count.clone().gt(lit(0)).and(n_shown.clone().lt(lit(2)));
        let gap = when(n_shown.clone().gt(lit(0))).then(lit(" ")).otherwise(lit(""));
        let plural = when(count.clone().eq(lit(1))).then(lit("")).otherwise(lit("s"));
        let words = gap + count.cast(DataType::String) + lit(format!(" {unit}")) + plural;
        text = text + when(shows.clone()).then(words).otherwise(lit(""));
        n_shown = n_shown + when(shows).then(lit(1)).otherwise(lit(0));
    }
    when(known).then(text).otherwise(lit(NULL))
}

/// The column that tells the reasons of an exception; it is no fact beside those it is made of.
pub const REASONS: &str = "reasons";

/// The reasons that are known to hold, in one text: a sentence that names them all instead would
/// say of some what is not so.
pub fn reasons(all: impl IntoIterator<Item = Reason>) -> Expr {
    let mut text = lit("");
    let mut any = lit(false);
    for Reason { when: holds, words } in all {
        let holds = holds.fill_null(lit(false));
        let link = when(any.clone()).then(lit(" and ")).otherwise(lit(""));
        text = text + when(holds.clone()).then(link + words).otherwise(lit(""));
        any = any.or(holds);
    }
    text.alias(REASONS)
}

/// A verdict that the facts at hand do not give.
pub fn unknown() -> Expr {
    lit(NULL).cast(DataType::Boolean)
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy as _, col, df};

    use super::span_text;
    use crate::tables::column::span_words;

    #[test]
    fn lengths_of_time_read_as_the_facts_print_them() {
        let spans = [Some(1), Some(59), Some(60), Some(3_661), Some(86_400), Some(7_776_001), None];
        let frame = df!("span" => spans).expect("a column");
        let texts = frame.lazy().select([span_text(col("span"))]).collect().expect("a query");
        let texts: Vec<_> = texts.columns()[0].str().expect("texts").iter().collect();
        let wanted = spans.map(|span| span.map(span_words));
        assert_eq!(texts, wanted.each_ref().map(Option::as_deref));
    }
}
