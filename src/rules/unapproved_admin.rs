//! Administrators without an approval.

use polars::prelude::{JoinType, col, lit};

use super::{Rule, RuleKind, Severity, Subject, accounts, tier, unknown};
use crate::tables::Table;
use crate::tables::dictionary::{approved, user};

pub(super) static RULE: Rule = Rule {
    code: "PRV-03",
    name: "unapproved-admin",
    title: "Administrator without approval",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active administrators. Exception: an administrator whose address is not among the approved administrators of the instance.",
    risk: "Administration is the widest access there is; auditors expect a name under each grant.",
    remedy: "Add the address to approved-admins once its owner's manager has agreed, or take the account out of the admin group under Settings > Groups.",
    missing: "An address of the account, and the members of every group.",
    sentence: "{subject} administers {instance} and is not among its approved administrators.",
    subject: Subject::User,
    reads: &[Table::Users, Table::ApprovedAdmins],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let approved = view.get(Table::ApprovedAdmins);
        let approved = approved.with_column(lit(true).alias("approved"));
        let facts = [user::active(), user::tier(), user::login()];
        let (left, right) =
            ([user::instance(), user::login()], [approved::instance(), approved::email()]);
        let joined = accounts(view, facts).join(approved, left, right, JoinType::Left.into());
        joined.with_column(col("approved").fill_null(lit(false)))
    },
    population: &|_| user::active().and(tier().up_to(0)),
    exception: &|_| col("approved").not().and(user::login().is_not_null().or(unknown())),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_03_names_administrators_without_an_approval() {
        insta::assert_snapshot!(check(&RULE, "
            users    | instance | user_id | label         | login         | active | tier
                     | prod     | u1      | ann@acme.test | ann@acme.test | yes    | 0
                     | prod     | u2      | bob@acme.test | bob@acme.test | yes    | 0
                     | prod     | u3      | cat@acme.test | cat@acme.test | yes    | 1
                     | prod     | u4      | dan@acme.test | dan@acme.test | no     | 0
                     | prod     | u5      | u5            | -             | yes    | 0
                     | prod     | u6      | eve@acme.test | eve@acme.test | yes    | -
            approved | instance | email
                     | prod     | ann@acme.test
                     | lab      | bob@acme.test
        "), @"
        prod fail 1 of 4
        lab not-applicable 0 of 0: the instance has nothing that the rule looks at
        exceptions
        instance | subject_id | subject       | active | tier | login         | approved
        prod     | u2         | bob@acme.test | yes    | 0    | bob@acme.test | no
        undetermined
        instance | subject_id | subject       | active | tier | login         | approved
        prod     | u5         | u5            | yes    | 0    | -             | no
        prod     | u6         | eve@acme.test | yes    | -    | eve@acme.test | no
        ");
    }
}
