//! Accounts under foreign mail domains.

use polars::prelude::lit;

use super::{Escalation, Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-06",
    name: "unapproved-domain",
    title: "Account under a mail domain that is not ours",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: Some(Escalation {
        to: Severity::High,
        words: "the account is an administrator, may change what others use, or may see or assign people",
        when: &|_| tier().up_to(2),
    }),
    predicate: "Looks at active accounts that are not embed users. Exception: an account whose address is under none of the organization's own mail domains.",
    risk: "An account under a private or foreign address is outside single sign-on and outside offboarding.",
    remedy: "Move the account to an address of the organization, or, for a supplier, to the External Users group with an end date.",
    missing: "An address of the account, and the kind of account that Retool says it is.",
    sentence: "The address {subject} is under none of the organization's mail domains.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        accounts(view, [user::active(), user::own_domain(), user::user_type(), user::tier()])
    },
    population: &|_| user::active().and(user::user_type().neq(lit("embed"))),
    exception: &|_| user::own_domain().not(),
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_06_names_foreign_addresses_but_not_embed_users() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label          | active | own_domain | user_type | tier
                  | prod     | u1      | ann@acme.test  | yes    | yes        | default   | 0
                  | prod     | u2      | bob@other.test | yes    | no         | default   | 3
                  | prod     | u3      | cat@other.test | yes    | no         | mobile    | 1
                  | prod     | u4      | dan@other.test | yes    | no         | embed     | 3
                  | prod     | u5      | eve@other.test | yes    | no         | -         | 3
                  | prod     | u6      | u6             | yes    | -          | default   | 3
                  | prod     | u7      | fay@other.test | no     | no         | default   | 3
        "), @"
        prod fail 2 of 5
        exceptions
        instance | subject_id | subject        | active | own_domain | user_type | tier | escalated
        prod     | u2         | bob@other.test | yes    | no         | default   | 3    | no
        prod     | u3         | cat@other.test | yes    | no         | mobile    | 1    | yes
        undetermined
        instance | subject_id | subject        | active | own_domain | user_type | tier
        prod     | u5         | eve@other.test | yes    | no         | -         | 3
        prod     | u6         | u6             | yes    | -          | default   | 3
        ");
    }
}
