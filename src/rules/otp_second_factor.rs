//! Second factors that can be phished.

use polars::prelude::{lit, when};

use super::{Rule, RuleKind, Severity, Subject, instances, unknown};
use crate::tables::Table;
use crate::tables::dictionary::setting;

pub(super) static RULE: Rule = Rule {
    code: "AUT-08",
    name: "otp-second-factor",
    title: "Second factor is a code that can be phished",
    kind: RuleKind::Control,
    severity: Severity::Info,
    escalation: None,
    predicate: "Looks at each instance. Exception: an instance whose required kind of second factor is a one-time code.",
    risk: "A one-time code can be typed into the wrong page; a key or passkey cannot. Administrators should have one.",
    remedy: "Choose FIDO2 as the kind of second factor under Settings > Advanced, where all users can do without the mobile app.",
    missing: "The kind of second factor, which the API did not show.",
    sentence: "The second factor of {subject} is a one-time code.",
    subject: Subject::Instance,
    reads: &[Table::Settings],
    params: &[],
    sql: None,
    subjects: &|view, _| {
        instances(view, [setting::two_factor_type(), setting::two_factor_required()])
    },
    population: &|_| lit(true),
    exception: &|_| {
        let kind = setting::two_factor_type;
        let fine = kind().eq(lit("")).or(kind().eq(lit("fido2")));
        // An unknown kind may be one that can be phished.
        when(kind().eq(lit("otp"))).then(lit(true)).when(fine).then(lit(false)).otherwise(unknown())
    },
};

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::audit::tests::check;

    #[test]
    fn aut_08_knows_the_kinds() {
        insta::assert_snapshot!(check(&RULE, "
            settings | instance | two_factor_required | two_factor_type
                     | key      | yes                 | fido2
                     | code     | yes                 | otp
                     | any      | no                  |
                     | hidden   | yes                 | -
                     | new      | yes                 | voice
        "), @"
        key pass 0 of 1
        code fail 1 of 1
        any pass 0 of 1
        hidden not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The kind of second factor, which the API did not show.
        new not-evaluable 0 of 1: 1 of 1 is undetermined; needed: The kind of second factor, which the API did not show.
        exceptions
        instance | subject_id | subject | two_factor_type | two_factor_required
        code     | code       | code    | otp             | yes
        undetermined
        instance | subject_id | subject | two_factor_type | two_factor_required
        hidden   | hidden     | hidden  | -               | yes
        new      | new        | new     | voice           | yes
        ");
    }
}
