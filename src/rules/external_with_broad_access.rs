//! People from outside with more than the outside needs.
//!
//! "Universal access outside the external group" counts All Users, since nothing takes it away.
//! Disabled accounts are covered by `disabled-but-entitled`.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "PRV-12",
    name: "external-with-broad-access",
    title: "External account with broad access",
    kind: RuleKind::Control,
    severity: Severity::High,
    escalation: None,
    predicate: "Looks at active accounts. Exception: an account from outside, by a foreign mail domain, as an embed user or by an external seat, that may edit everything of a kind, is granted anything on everything of a kind by a group other than External Users, or is of tier 0 to 2.",
    risk: "External people follow other rules, and the organization is not told when they leave.",
    remedy: "Keep external accounts in the group External Users alone, set what All Users grants to none, and grant single apps or folders, under Settings > Groups.",
    missing: "The address, kind and seat of the account, and what its groups grant.",
    sentence: "{subject} comes from outside and has on {instance} more than a group for external users gives.",
    subject: Subject::User,
    reads: &[Table::Users],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        let outside =
            [user::active(), user::own_domain(), user::user_type(), user::seat_reported()];
        let broad = [user::edits_anything(), user::inside_access(), user::tier()];
        accounts(view, outside.into_iter().chain(broad))
    },
    population: &|_| user::active(),
    exception: &|_| {
        let embed = user::user_type().eq(lit("embed"));
        let seat = user::seat_reported().eq(lit("externalUser"));
        let outside = user::own_domain().not().or(embed).or(seat);
        let power = tier().up_to(2);
        outside.and(user::edits_anything().or(user::inside_access()).or(power))
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn prv_12_looks_at_three_marks_and_three_powers() {
        insta::assert_snapshot!(check(&RULE, "
            users | instance | user_id | label          | active | own_domain | user_type | seat_reported | edits_anything | inside_access | tier
                  | prod     | u1      | ann@shop.test  | yes    | no         | default   |               | no             | no            | 3
                  | prod     | u2      | bob@shop.test  | yes    | no         | default   |               | no             | yes           | 3
                  | prod     | u3      | cat@acme.test  | yes    | yes        | embed     |               | yes            | no            | 3
                  | prod     | u4      | dan@acme.test  | yes    | yes        | default   | externalUser  | no             | no            | 2
                  | prod     | u5      | eve@acme.test  | yes    | yes        | default   | builder       | yes            | yes           | 0
                  | prod     | u6      | fay@shop.test  | no     | no         | default   |               | yes            | yes           | 1
                  | prod     | u7      | gus@acme.test  | yes    | yes        | default   | -             | yes            | yes           | 1
                  | prod     | u8      | hal@shop.test  | yes    | no         | default   |               | -              | no            | 3
                  | prod     | u9      | u9             | yes    | -          | default   |               | no             | no            | 3
        "), @"
        prod fail 3 of 8
        exceptions
        instance | subject_id | subject       | active | own_domain | user_type | seat_reported | edits_anything | inside_access | tier
        prod     | u2         | bob@shop.test | yes    | no         | default   |               | no             | yes           | 3
        prod     | u3         | cat@acme.test | yes    | yes        | embed     |               | yes            | no            | 3
        prod     | u4         | dan@acme.test | yes    | yes        | default   | externalUser  | no             | no            | 2
        undetermined
        instance | subject_id | subject       | active | own_domain | user_type | seat_reported | edits_anything | inside_access | tier
        prod     | u7         | gus@acme.test | yes    | yes        | default   | -             | yes            | yes           | 1
        prod     | u8         | hal@shop.test | yes    | no         | default   |               | -              | no            | 3
        ");
    }
}
