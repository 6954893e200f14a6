//! The audit rules, one file each: whom a rule looks at, and what is an exception.
//!
//! A rule is data plus three small functions. It sees tables and thresholds and nothing else: no
//! clock, no network, no file. Null means that the facts at hand do not say.

mod account_before_start;
mod account_without_owner;
mod active_while_on_leave;
mod activity_after_leaving;
mod admin_flag_mismatch;
mod admin_without_2fa;
mod all_users_access;
mod ambiguous_identity;
mod audit_log_exposure;
mod baseline_deviation;
mod builder_reads_audit_log;
mod clock_anomaly;
mod collection_incomplete;
mod conflicting_duplicates;
mod contractor_past_end;
mod count_mismatch;
mod dangling_reference;
mod delegated_admin_role;
mod disabled_but_entitled;
mod dormant_account;
mod dormant_privileged_account;
mod external_with_broad_access;
mod granted_again;
mod group_rights_changed;
mod group_with_universal_own;
mod idle_builder_seat;
mod invite_to_outsider;
mod jit_without_mapping;
mod kinds;
mod late_removal;
mod late_review;
mod leaver_still_active;
mod login_alerts_off;
mod loose_threshold;
mod missed_period;
mod mover_kept_access;
mod never_used_account;
mod old_token;
mod open_access_request;
mod open_jit;
mod open_join_requests;
mod orphaned_token;
mod otp_second_factor;
mod overprivileged_collector;
mod overused_waiver;
mod owners_may_share;
mod partial_offboarding;
mod password_beside_sso;
mod password_only_sign_in;
mod population_swing;
mod posture_drift;
mod powerful_token;
mod privilege_gained;
mod privileged_invite;
mod reviewer_without_standing;
mod revocation_not_executed;
mod risky_group_admin;
mod segregation_of_duties;
mod self_review;
pub mod sentence;
mod several_accounts;
mod shared_account;
mod soon_dormant;
mod stale_invite;
mod too_few_admins;
mod too_many_admins;
mod unapproved_account;
mod unapproved_admin;
mod unapproved_domain;
mod unapproved_reactivation;
mod unapproved_token;
mod uncovered_line;
mod undocumented_token;
mod unentitled_inviter;
mod uniform_review;
mod unlisted_instance;
mod unpublished_release_exposure;
mod unreadable_sso;
mod unreliable_roster;
mod unsound_waiver;
mod unused_build_right;
mod user_without_2fa;
mod vanished_account;
mod weak_group;

use polars::prelude::{DataFrame, Expr, LazyFrame, PolarsResult};

pub use self::collection_incomplete::required as required_lists;
pub use self::kinds::{RuleKind, Severity, Subject};
pub use self::leaver_still_active::leaver_sla_days;
pub use self::missed_period::days_between_snapshots;
pub use self::revocation_not_executed::days_until_removed;
pub use self::unsound_waiver::longest_term;
use crate::config::{RetiredKey, RuleSettings};
use crate::digest::Digest;
use crate::frameworks::{Control, Framework};
use crate::parameters::{Parameter, Parameters};
pub use crate::subjects::{DEADLINE, MEMBER, REASONS};
use crate::subjects::{
    Reason, accounts, active_members, administrators, groups, instances, inviter_tier, invites,
    is_persons, n_groups, people, reasons, tier, tokens, unknown, waivers, was_tier,
};
use crate::tables::{Table, Tables, View};

/// Every rule, in the order of the codes within their families.
pub static CATALOGUE: &[&Rule] = &[
    &collection_incomplete::RULE,
    &count_mismatch::RULE,
    &conflicting_duplicates::RULE,
    &dangling_reference::RULE,
    &vanished_account::RULE,
    &population_swing::RULE,
    &unlisted_instance::RULE,
    &missed_period::RULE,
    &unreliable_roster::RULE,
    &overprivileged_collector::RULE,
    &loose_threshold::RULE,
    &clock_anomaly::RULE,
    &leaver_still_active::RULE,
    &activity_after_leaving::RULE,
    &late_removal::RULE,
    &account_without_owner::RULE,
    &ambiguous_identity::RULE,
    &unapproved_domain::RULE,
    &contractor_past_end::RULE,
    &active_while_on_leave::RULE,
    &account_before_start::RULE,
    &unapproved_reactivation::RULE,
    &several_accounts::RULE,
    &partial_offboarding::RULE,
    &shared_account::RULE,
    &mover_kept_access::RULE,
    &disabled_but_entitled::RULE,
    &unapproved_account::RULE,
    &dormant_account::RULE,
    &never_used_account::RULE,
    &dormant_privileged_account::RULE,
    &soon_dormant::RULE,
    &unused_build_right::RULE,
    &idle_builder_seat::RULE,
    &too_many_admins::RULE,
    &too_few_admins::RULE,
    &unapproved_admin::RULE,
    &privilege_gained::RULE,
    &risky_group_admin::RULE,
    &group_with_universal_own::RULE,
    &all_users_access::RULE,
    &audit_log_exposure::RULE,
    &builder_reads_audit_log::RULE,
    &segregation_of_duties::RULE,
    &admin_flag_mismatch::RULE,
    &external_with_broad_access::RULE,
    &unpublished_release_exposure::RULE,
    &owners_may_share::RULE,
    &group_rights_changed::RULE,
    &weak_group::RULE,
    &baseline_deviation::RULE,
    &delegated_admin_role::RULE,
    &password_only_sign_in::RULE,
    &admin_without_2fa::RULE,
    &user_without_2fa::RULE,
    &password_beside_sso::RULE,
    &unreadable_sso::RULE,
    &open_jit::RULE,
    &jit_without_mapping::RULE,
    &otp_second_factor::RULE,
    &open_join_requests::RULE,
    &login_alerts_off::RULE,
    &posture_drift::RULE,
    &stale_invite::RULE,
    &privileged_invite::RULE,
    &invite_to_outsider::RULE,
    &unentitled_inviter::RULE,
    &open_access_request::RULE,
    &orphaned_token::RULE,
    &old_token::RULE,
    &powerful_token::RULE,
    &undocumented_token::RULE,
    &unapproved_token::RULE,
    &late_review::RULE,
    &self_review::RULE,
    &revocation_not_executed::RULE,
    &granted_again::RULE,
    &uncovered_line::RULE,
    &uniform_review::RULE,
    &unsound_waiver::RULE,
    &overused_waiver::RULE,
    &reviewer_without_standing::RULE,
];

/// Keys that rules once had, and what to write instead.
pub static RETIRED: &[RetiredKey] = &[
    RetiredKey {
        rule: "powerful-token",
        key: "scopes",
        instead: "every scope that is not known to read needs an approval now; name those that need none in `also-harmless-scopes`",
    },
    RetiredKey {
        rule: "delegated-admin-role",
        key: "words",
        instead: "every permission that is not known to view needs an approval now; name those that need none in `also-harmless-permissions`",
    },
    RetiredKey {
        rule: "soon-dormant",
        key: "dormant-days",
        instead: "an account is soon dormant until `days` of `dormant-account` are over",
    },
];

/// A question put to a snapshot, and everything a reader needs to act on the answer.
pub struct Rule {
    /// `DRM-01`: never reused, never renamed.
    pub code: &'static str,
    /// Kebab-case name of the bad state; also the key in the configuration and the file's name.
    pub name: &'static str,
    /// The bad state in one line, sentence case, no final dot.
    pub title: &'static str,
    /// What it asks about.
    pub kind: RuleKind,
    /// How much an exception matters.
    pub severity: Severity,
    /// When it matters more.
    pub escalation: Option<Escalation>,
    /// What is looked at and what is an exception, in a sentence.
    pub predicate: &'static str,
    /// Why an auditor cares, in whole sentences.
    pub risk: &'static str,
    /// What to do about an exception, in Retool's words.
    pub remedy: &'static str,
    /// What would decide about an undetermined subject.
    pub missing: &'static str,
    /// What one exception says, as a [`sentence`] with places.
    pub sentence: &'static str,
    /// What the rule looks at.
    pub subject: Subject,
    /// The tables the subjects come from.
    pub reads: &'static [Table],
    /// Thresholds that the configuration may change.
    pub params: &'static [&'static Parameter],
    /// What users wrote, where the rule is theirs.
    pub sql: Option<CustomRuleSql>,
    /// The subjects: `instance`, `subject_id`, `subject`, then the facts the verdict rests on.
    pub subjects: &'static (dyn Fn(&View, Parameters<'_>) -> LazyFrame + Sync),
    /// Which subjects are the population; one that cannot be placed stays in, undetermined.
    pub population: &'static (dyn Fn(Parameters<'_>) -> Expr + Sync),
    /// Which of the population are exceptions; null is undetermined.
    pub exception: &'static (dyn Fn(Parameters<'_>) -> Expr + Sync),
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        it.debug_tuple("Rule").field(&self.code).finish()
    }
}

impl Rule {
    /// The severity of worse exceptions and what makes them so; empty where there is no such thing.
    pub fn escalation_words(&self) -> String {
        let words =
            |escalation: &Escalation| format!("{} if {}", escalation.to.word(), escalation.words);
        self.escalation.as_ref().map(words).unwrap_or_default()
    }

    /// How much an exception matters, by whether it is one of the worse ones.
    pub fn severity_of(&self, escalated: bool) -> Severity {
        self.escalation.as_ref().filter(|_| escalated).map_or(self.severity, |it| it.to)
    }

    /// Whether the rule looks at the evidence itself, and so bears on whether it is whole.
    pub fn is_about_evidence(&self) -> bool {
        self.kind == RuleKind::Evidence
    }

    /// The controls of a framework that the rule's result is evidence for, in the framework's
    /// order.
    pub fn controls(&self, framework: &'static Framework) -> Vec<&'static Control> {
        let own = self.sql.map(|sql| sql.controls);
        let speaks = |it: &&Control| match own {
            Some(own) => own.contains(&(framework.key.as_str(), it.id.as_str())),
            None => it.rules.iter().any(|code| code == self.code),
        };
        framework.controls.iter().filter(speaks).collect()
    }

    /// Names what decides about an exception: the first 8 hex digits of SHA-256 over its words and
    /// its expressions. Values that the configuration may change are not part of it.
    pub fn version(&self) -> String {
        let mut hash = Digest::default();
        let escalation = self.escalation.iter().flat_map(|it| [it.to.word(), it.words]);
        let words = [self.code, self.severity.word(), self.predicate];
        let decides = match &self.sql {
            Some(sql) => sql.written.map(str::to_owned).to_vec(),
            None => self.expressions(),
        };
        let words = words.into_iter().chain(escalation);
        for word in words.chain(decides.iter().map(String::as_str)) {
            hash.update(format!("{word}\n"));
        }
        hash.hex()[..8].to_owned()
    }

    /// What the engine is asked, with the defaults of the parameters: how subjects are found, and
    /// the expressions of population, exception and escalation.
    fn expressions(&self) -> Vec<String> {
        let settings = RuleSettings::default();
        let parameters = Parameters::of(self.name, &settings);
        let view = Tables::default().only(self.reads, &[]);
        let plan = (self.subjects)(&view, parameters).describe_plan();
        let plan = plan.expect("every rule fits the tables");
        // A scan lists every column of its table: one more of them decides nothing.
        let steps = plan.lines().map(|line| line.split("DF [").next().unwrap_or(line).to_owned());
        let escalation = self.escalation.as_ref().map(|it| (it.when)(parameters));
        let expressions = [(self.population)(parameters), (self.exception)(parameters)];
        let expressions = expressions.into_iter().chain(escalation);
        steps.chain(expressions.map(|expression| format!("{expression:?}"))).collect()
    }
}

/// A rule as users wrote it.
#[derive(Clone, Copy)]
pub struct CustomRuleSql {
    /// Population, exception and escalation.
    pub written: [&'static str; 3],
    /// The controls that the rule's result is evidence for, each as the framework's key and the id.
    pub controls: &'static [(&'static str, &'static str)],
    /// The same as it is put, with the values of the parameters.
    pub filled: &'static (dyn Fn(Parameters<'_>) -> WrittenSql + Sync),
    /// The subjects, found step by step, or why they cannot be: how many rows a user's query comes
    /// to is not known beforehand.
    pub rows: &'static (dyn Fn(&View, Parameters<'_>) -> PolarsResult<DataFrame> + Sync),
}

/// The SQL of a rule that users wrote, with values for its parameters.
#[derive(Clone, Debug)]
pub struct WrittenSql {
    /// The subjects, with a column [`MEMBER`] that says whether each belongs to the population.
    pub population: sqlparser::ast::Query,
    /// Which of them are exceptions.
    pub exception: sqlparser::ast::Expr,
    /// Which exceptions are worse.
    pub when: Option<sqlparser::ast::Expr>,
}

/// The severity of exceptions that are worse than the rest.
pub struct Escalation {
    /// How much they matter.
    pub to: Severity,
    /// Which they are, in words that follow "if".
    pub words: &'static str,
    /// Which they are; null is "not known to be".
    pub when: &'static (dyn Fn(Parameters<'_>) -> Expr + Sync),
}

#[cfg(test)]
mod tests {
    use crate::config::Known;
    use std::path::Path;

    use polars::prelude::DataType;

    use super::sentence::Sentence;
    use super::*;
    use crate::audit::Verdict;
    use crate::audit::tests::{every_rule_on_empty_tables, every_rule_without_a_table};
    use crate::catalogue::Catalogue;
    use crate::config::Value;
    use crate::frameworks::FRAMEWORKS;
    use crate::tables::column::Null;

    #[test]
    fn every_rule_keeps_the_contract() {
        for (rule, schema) in every_rule_on_empty_tables() {
            let names: Vec<&str> = schema.iter_names().map(|it| it.as_str()).collect();
            let people = "Service accounts with an owner in the roster";
            let says = rule.predicate.contains(people);
            let built_in = rule.sql.is_none();
            assert_eq!(
                built_in && names.contains(&MEMBER),
                says,
                "{}: of whom it speaks",
                rule.code
            );
            let first = ["instance", "subject_id", "subject"];
            assert!(names.starts_with(&first), "{}: {names:?}", rule.code);
            assert_eq!(schema.get("verdict"), Some(&DataType::Boolean), "{}", rule.code);
            for column in rule.reads.iter().flat_map(|read| read.columns()) {
                let Null::AbsentIf(flag) = column.null else { continue };
                let fact = !names.contains(&column.name) || names.contains(&flag);
                assert!(fact, "{}: `{}` without `{flag}`", rule.code, column.name);
            }
            for column in Sentence::parse(rule.sentence).expect(rule.code).columns() {
                assert!(names.contains(&column), "{}: no column `{column}`", rule.code);
            }
        }
    }

    /// Whoever reads a finding alone can see what was allowed.
    #[test]
    fn every_threshold_that_is_a_number_stands_in_the_sentence() {
        for rule in CATALOGUE {
            // What is wrong with a waiver says itself how long it may last.
            for parameter in rule.params.iter().filter(|_| rule.code != "GOV-07") {
                if matches!(parameter.default.value(), Value::Number(_)) {
                    let place = format!("{{={}}}", parameter.key);
                    assert!(rule.sentence.contains(&place), "{}: {place}", rule.code);
                }
            }
            for key in rule.sentence.split("{=").skip(1) {
                let key = key.split('}').next().unwrap_or_default();
                assert!(rule.params.iter().any(|it| it.key == key), "{}: {key}", rule.code);
            }
        }
    }

    #[test]
    fn every_rule_is_not_evaluable_where_a_table_is_missing() {
        for (rule, table, answers) in every_rule_without_a_table() {
            let prod = &answers[0];
            assert_eq!(prod.verdict, Verdict::NotEvaluable, "{} without {table:?}", rule.code);
            assert_eq!(prod.reason, "not asked", "{}", rule.code);
            let elsewhere = answers[1..].iter().all(|it| it.verdict != Verdict::NotEvaluable);
            assert!(elsewhere, "{} elsewhere", rule.code);
        }
    }

    #[test]
    fn every_file_is_a_rule_of_that_name_with_a_picture() {
        let mut on_disk = Vec::new();
        for entry in std::fs::read_dir("src/rules").unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|it| it != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            if ["kinds.rs", "sentence.rs"].iter().any(|it| path.ends_with(it)) {
                continue;
            }
            assert!(text.contains("check(&RULE"), "{}: has no snapshot", path.display());
            on_disk.push(path.file_stem().unwrap().to_string_lossy().replace('_', "-"));
        }
        on_disk.sort();
        let mut listed: Vec<&str> = CATALOGUE.iter().map(|it| it.name).collect();
        listed.sort_unstable();
        assert_eq!(listed, on_disk);
    }

    #[test]
    fn every_rule_is_drawn_with_an_exception_and_with_fine_and_undetermined_subjects() {
        for rule in CATALOGUE {
            let drawn = Drawn::of(rule);
            // AUT-05 asks for what the API hides, and has no exceptions.
            assert!(drawn.exceptions > 0 || rule.code == "AUT-05", "{}: no exception", rule.code);
            assert!(drawn.fine() > 0, "{}: no subject is fine", rule.code);
            let decided = rule.missing.starts_with("Nothing is undetermined");
            assert_eq!(drawn.undetermined == 0, decided, "{}: undetermined", rule.code);
        }
    }

    #[test]
    fn every_number_is_drawn_on_both_sides_of_its_boundary() {
        for rule in CATALOGUE {
            let drawn = Drawn::of(rule);
            for param in rule.params {
                let Value::Number(most) = param.default.value() else { continue };
                let next = |it: i64| {
                    let spans = ["d", "h"].map(|unit| format!("{it}{unit}1s"));
                    drawn.has(it + 1) || spans.iter().any(|span| drawn.shows(span))
                };
                let pair = |least: i64| drawn.has(least) && next(least);
                let apart = drawn.text.contains(&format!("(\"{}\", Value::Number(", param.key));
                // Some days are counted in hours, and "at least" ends a day earlier.
                let at_least = pair(most - 1) || pair(most * 24 - 1);
                let sides = pair(most) || at_least || apart;
                assert!(sides, "{}: `{}` has no boundary", rule.code, param.key);
            }
        }
    }

    #[test]
    fn a_key_that_a_rule_once_had_is_refused_with_what_to_write_instead() {
        let text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n[[instance]]\nname = \"prod\"\ntoken-env = \"T\"\n";
        let words = Catalogue::default().words();
        let refusal = |rules: &str| {
            let text = format!("{text}{rules}");
            let it = crate::config::check::parse(
                &text,
                Path::new("/"),
                "audit.toml",
                &Known { rules: &words, ..Known::default() },
            );
            it.expect_err("a retired key").to_string()
        };
        insta::assert_snapshot!(refusal("[rules.powerful-token]\nscopes = [\"users:write\"]"), @r#"
        `audit.toml` has 1 problem
          line 8: rules.powerful-token.scopes is no longer a key of the rule
            8 | scopes = ["users:write"]
              | ^^^^^^^^^^^^^^^^^^^^^^^^
            help: every scope that is not known to read needs an approval now; name those that need none in `also-harmless-scopes`
        "#);
        insta::assert_snapshot!(refusal("[rules.delegated-admin-role]\nwords = [\"sso\"]"), @r#"
        `audit.toml` has 1 problem
          line 8: rules.delegated-admin-role.words is no longer a key of the rule
            8 | words = ["sso"]
              | ^^^^^^^^^^^^^^^
            help: every permission that is not known to view needs an approval now; name those that need none in `also-harmless-permissions`
        "#);
    }

    /// What the snapshots of a rule show.
    struct Drawn {
        text: String,
        population: usize,
        exceptions: usize,
        undetermined: usize,
    }

    impl Drawn {
        fn of(rule: &Rule) -> Self {
            let path = format!("src/rules/{}.rs", rule.name.replace('-', "_"));
            let text = std::fs::read_to_string(path).unwrap();
            let text = text.split_once("mod tests {").expect("snapshots").1.to_owned();
            let [mut population, mut exceptions, mut undetermined] = [0; 3];
            let mut lines = text.lines().map(str::trim);
            while let Some(line) = lines.next() {
                let words: Vec<&str> = line.split(' ').collect();
                let at = words.iter().position(|word| *word == "of").unwrap_or_default();
                let verdict = at > 2 && ["pass", "fail", "not-evaluable"].contains(&words[at - 2]);
                if line == "undetermined" {
                    let rows = lines.by_ref().take_while(|it| !it.starts_with('"'));
                    undetermined += rows.count() - 1;
                } else if verdict {
                    let count = |it: &str| it.trim_end_matches([':', '"']).parse::<usize>();
                    exceptions += count(words[at - 1]).unwrap();
                    let all = words[at + 1].trim_end_matches([':', ')', ';', '"']);
                    population += count(all).unwrap();
                }
            }
            Self { text, population, exceptions, undetermined }
        }

        fn fine(&self) -> usize {
            self.population - self.exceptions - self.undetermined
        }

        /// Whether a cell holds the number.
        fn has(&self, number: i64) -> bool {
            let spans = ["", "d", "h"].map(|unit| format!("{number}{unit}"));
            spans.iter().any(|span| self.shows(span))
        }

        fn shows(&self, cell: &str) -> bool {
            self.text.lines().any(|it| it.split('|').skip(1).any(|it| it.trim() == cell))
        }
    }

    /// What may be one of something is written as `{column|account}`, and never as a number with a
    /// plural behind it.
    #[test]
    fn no_sentence_says_one_accounts() {
        const PLURALS: &[&str] = &[
            "accounts",
            "administrators",
            "apps",
            "days",
            "exceptions",
            "groups",
            "hours",
            "instances",
            "invitations",
            "members",
            "minutes",
            "months",
            "people",
            "records",
            "rows",
            "seconds",
            "snapshots",
            "times",
            "tokens",
            "waivers",
            "weeks",
            "years",
        ];
        const VERBS: &[&str] = &["creates", "has", "joins"];
        for rule in CATALOGUE {
            for after in rule.sentence.split("} ").skip(1) {
                let words = after.split(' ').take(2).take_while(|it| !VERBS.contains(it));
                let mut words = words.map(|word| word.trim_matches(|it: char| !it.is_alphabetic()));
                let plural = words.find(|word| PLURALS.contains(word));
                assert_eq!(plural, None, "{}: {}", rule.code, rule.sentence);
            }
        }
    }

    #[test]
    fn codes_are_unique_and_words_are_whole_sentences() {
        let mut codes: Vec<&str> = CATALOGUE.iter().map(|it| it.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CATALOGUE.len());
        for rule in CATALOGUE {
            for text in [rule.predicate, rule.risk, rule.remedy, rule.missing, rule.sentence] {
                assert!(text.ends_with('.'), "{}: `{text}`", rule.code);
            }
            assert!(!rule.title.ends_with('.'), "{}", rule.code);
            let controls = FRAMEWORKS.iter().flat_map(|it| rule.controls(it));
            assert!(controls.count() > 0, "{} is evidence for nothing", rule.code);
        }
    }
}
