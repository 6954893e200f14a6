//! Who holds power: active accounts of tier 0 and 1, and whether it was approved.

use std::collections::BTreeMap;

use polars::prelude::{IntoLazy as _, PolarsResult, SortMultipleOptions, col, lit};

use super::inputs::ReportInputs;
use super::reviews::DecidedAccounts;
use crate::audit::FindingVerdict;
use crate::report::cells::Cells;
use crate::report::table::Cell;
use crate::report::{Privileged, RuleResult};
use crate::subjects::tier;
use crate::tables::Table;
use crate::tables::column::Null;
use crate::tables::dictionary::user;

/// Every account that is of tier 0 or 1 for sure, and not known to be disabled, by instance, tier
/// and id.
pub(super) fn accounts(
    inputs: &ReportInputs<'_>,
    rules: &[RuleResult],
    decided: &DecidedAccounts,
) -> PolarsResult<Vec<Privileged>> {
    let powerful = tier().up_to(1).and(user::active().fill_null(lit(true)));
    let users = inputs.tables.frame(Table::Users).lazy().filter(powerful);
    let order = [col("instance"), col("tier"), col("user_id")];
    let frame = users.sort_by_exprs(order, SortMultipleOptions::default()).collect()?;
    let names =
        ["instance", "user_id", "label", "name", "tier", "access_path", "two_factor", "login"];
    let mut columns = Vec::new();
    for name in names {
        columns.push(Cells::of(&frame, name, Null::Unknown)?);
    }
    let last = Cells::of(&frame, "last_active", Null::AbsentIf("never_active"))?;
    let (flagged, waived) =
        (flagged(rules, FindingVerdict::Exception), flagged(rules, FindingVerdict::Waived));
    let row = |row: usize| {
        let text = |at: usize| columns[at].text(row);
        let (instance, user_id) = (text(0), text(1));
        let tier = i64::from(columns[4].at(row) != Cell::Int(0));
        let two_factor = columns[6].at(row).words().into_owned();
        let last_active = if last.at(row) == Cell::None { "never".into() } else { last.text(row) };
        Privileged {
            subject: text(2),
            name: text(3),
            tier,
            access_path: text(5),
            two_factor,
            last_active,
            review: decided.words(&instance, &user_id),
            approved: approved(inputs, &instance, tier, &text(7)),
            exceptions: flagged.get(&(&*instance, &*user_id)).cloned().unwrap_or_default(),
            waived: waived.get(&(&*instance, &*user_id)).cloned().unwrap_or_default(),
            instance,
            user_id,
        }
    };
    Ok((0..frame.height()).map(row).collect())
}

/// The rules that have a finding of that verdict about each account.
fn flagged(
    rules: &[RuleResult],
    verdict: FindingVerdict,
) -> BTreeMap<(&str, &str), Vec<&'static str>> {
    let mut res: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for rule in rules {
        for it in rule.findings().filter(|it| it.verdict == verdict) {
            let Some(user_id) = it.account_id() else { continue };
            let codes = res.entry((&*it.instance, user_id)).or_default();
            if !codes.contains(&rule.code) {
                codes.push(rule.code);
            }
        }
    }
    res
}

/// Whether the configuration approves an administrator; nothing is said of other tiers.
fn approved(inputs: &ReportInputs<'_>, instance: &str, tier: i64, login: &str) -> &'static str {
    let config = inputs.given.config.instances.iter().find(|it| it.name == instance);
    match config.and_then(|it| it.approved_admins.as_ref()) {
        _ if tier > 0 => "",
        None => "no list",
        Some(list) if list.contains(login) => "approved",
        Some(_) => "not approved",
    }
}
