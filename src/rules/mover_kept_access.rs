//! People who changed their work and kept all their groups.

use polars::prelude::lit;

use super::{Rule, RuleKind, Severity, Subject, accounts, tier};
use crate::tables::Table;
use crate::tables::dictionary::user;

pub(super) static RULE: Rule = Rule {
    code: "USR-14",
    name: "mover-kept-access",
    title: "Person changed job and kept all access",
    kind: RuleKind::Control,
    severity: Severity::Medium,
    escalation: None,
    predicate: "Looks at accounts of tier 0 to 2 that were there at the previous snapshot and whose person the roster knows. Exception: an account whose person has another department, title or manager than in the roster of that time, and is in the same groups.",
    risk: "Access that follows people from job to job adds up until one person can do both halves of what takes two.",
    remedy: "Let the new manager approve each group again, and remove the account from the others under Settings > Groups.",
    missing: "The roster of the previous snapshot, the groups at both times, and the person behind the account.",
    sentence: "{subject} changed job since the previous snapshot (before: {moved_from}) and is in the same groups of {instance}.",
    subject: Subject::User,
    reads: &[Table::Users, Table::Roster, Table::FormerRoster, Table::Previous],
    params: &[],
    subjects: &|view, _| {
        let facts = [
            user::known_before(),
            user::tier(),
            user::roster_match(),
            user::moved(),
            user::moved_from(),
            user::groups(),
            user::groups_changed(),
        ];
        accounts(view, facts)
    },
    population: &|_| {
        let known_person = user::roster_match().neq(lit("unmatched"));
        user::known_before().and(tier().up_to(2)).and(known_person)
    },
    exception: &|_| user::moved().and(user::groups_changed().not()),
    sql: None,
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn usr_14_finds_movers_whose_groups_stayed() {
        insta::assert_snapshot!(check(&RULE, "
            users         | instance | user_id | label         | known_before | tier | roster_match | moved | moved_from         | groups_changed
                          | prod     | u1      | ann@acme.test | yes          | 2    | matched      | yes   | department Finance | no
                          | prod     | u2      | bob@acme.test | yes          | 2    | matched      | yes   | title Clerk        | yes
                          | prod     | u3      | cat@acme.test | yes          | 0    | matched      | no    |                    | no
                          | prod     | u4      | dan@acme.test | yes          | 3    | matched      | yes   | title Clerk        | no
                          | prod     | u5      | eve@acme.test | no           | 0    | matched      | no    |                    | -
                          | prod     | u6      | fay@acme.test | yes          | 0    | unmatched    | -     |                    | no
            roster        | instance | person_id
            former_roster | instance | people
                          | prod     | 6
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod fail 1 of 3
        exceptions
        instance | subject_id | subject       | known_before | tier | roster_match | moved | moved_from         | groups | groups_changed
        prod     | u1         | ann@acme.test | yes          | 2    | matched      | yes   | department Finance | -      | no
        ");
    }

    #[test]
    fn usr_14_what_nobody_knows_is_undetermined() {
        insta::assert_snapshot!(check(&RULE, "
            users         | instance | user_id | label         | known_before | tier | roster_match | moved | groups_changed
                          | prod     | u1      | ann@acme.test | yes          | 1    | ambiguous    | -     | no
                          | prod     | u2      | bob@acme.test | yes          | 1    | matched      | yes   | -
                          | prod     | u3      | cat@acme.test | yes          | -    | matched      | yes   | no
            roster        | instance | person_id
            former_roster | instance | people
                          | prod     | 6
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"
        prod not-evaluable 0 of 3: 3 of 3 are undetermined; needed: The roster of the previous snapshot, the groups at both times, and the person behind the account.
        undetermined
        instance | subject_id | subject       | known_before | tier | roster_match | moved | moved_from | groups | groups_changed
        prod     | u1         | ann@acme.test | yes          | 1    | ambiguous    | -     | -          | -      | no
        prod     | u2         | bob@acme.test | yes          | 1    | matched      | yes   | -          | -      | -
        prod     | u3         | cat@acme.test | yes          | -    | matched      | yes   | -          | -      | no
        ");
    }

    #[test]
    fn usr_14_says_nothing_without_the_roster_of_that_time() {
        insta::assert_snapshot!(check(&RULE, "
            users  | instance | user_id | known_before
                   | prod     | u1      | yes
            roster | instance | person_id
            previous | instance | snapshot_id
                     | prod     | s1
        "), @"prod not-evaluable 0 of 0: there is no former_roster");
    }
}
