//! The remediation plan: what somebody with the right to write can send to Retool after approval.
//!
//! This program sends none of it. A script asks before each request, refuses where the state is no
//! longer as it was reviewed, and looks afterwards; what the API cannot do is told as a thing to do
//! by hand.

mod remedy;
mod script;
mod table;
mod terraform;

use chrono::{DateTime, Utc};

pub use self::remedy::{Remedy, WriteRequest};
pub use self::script::script;
pub use self::table::table;
pub use self::terraform::terraform;
use super::decision::Decision;
use super::line::ReviewLine;

/// What a file for one instance says of where its steps come from.
#[derive(Clone, Copy, Debug)]
pub struct PlanHead<'a> {
    /// The campaign.
    pub campaign_id: &'a str,
    /// SHA-256 of the record's last entry, which tells from which decisions the plan was made.
    pub last_entry: &'a str,
    /// The instance, as the configuration has it.
    pub instance: &'a str,
    /// Its address, without `/api/v2`.
    pub url: &'a str,
}

/// One decision of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep<'a> {
    /// The line.
    pub line: &'a ReviewLine,
    /// What was decided about it.
    pub decision: &'a Decision,
    /// When that was recorded.
    pub decided_at: DateTime<Utc>,
    /// How it is done.
    pub remedy: Remedy,
}

impl<'a> PlannedStep<'a> {
    /// The step for a decision to revoke or to change.
    pub fn of(line: &'a ReviewLine, decision: &'a Decision, decided_at: DateTime<Utc>) -> Self {
        Self { line, decision, decided_at, remedy: remedy::remedy(line, decision) }
    }

    /// What is to be taken away, and from whom.
    fn title(&self) -> String {
        let line = self.line;
        format!("{} on {}: {}", line.account, line.instance, line.entitlement)
    }

    /// The line, and who decided what about it.
    fn decided(&self) -> String {
        format!(
            "{}: {}, decided by {} on {}",
            self.line.line_id,
            self.decision.decision.word(),
            self.decision.reviewer,
            self.decided_at.format("%Y-%m-%d"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::remedy::remedy;
    use super::script::FUNCTIONS;
    use super::*;
    use crate::review::decision::DecisionWord;
    use crate::review::line::EntitlementKind;

    fn line(kind: EntitlementKind, account_id: &str, entitlement_id: &str) -> ReviewLine {
        let (_root, opened) = crate::review::tests::campaign();
        ReviewLine {
            kind,
            account_id: account_id.to_owned(),
            account: "bo@acme.test".to_owned(),
            entitlement_id: entitlement_id.to_owned(),
            entitlement: "what's $(held)\u{1b}[2J".to_owned(),
            ..opened.lines[0].clone()
        }
    }

    const HEAD: PlanHead<'_> = PlanHead {
        campaign_id: "2026-11-c0ffee00",
        last_entry: "00",
        instance: "eu",
        url: "https://eu.acme.test",
    };

    fn decided(decision: DecisionWord) -> Decision {
        Decision {
            line_id: String::new(),
            decision,
            reviewer: "ana@acme.test".to_owned(),
            reason: "use only".to_owned(),
            ticket: String::new(),
            owner: String::new(),
            expires: None,
            compensating_control: String::new(),
        }
    }

    #[test]
    fn every_kind_of_line_has_its_request_or_is_done_by_hand() {
        use EntitlementKind::{Account, Administrator, Grant, Membership, Token};
        let lines = [
            line(Account, "user_1", ""),
            line(Administrator, "user_1", ""),
            line(Administrator, "user_1", "7"),
            line(Membership, "user_1", "8"),
            line(Grant, "user_1", "app 0b5f0c0e-0000-4000-8000-000000000000"),
            line(Grant, "user_1", "folder app_5"),
            line(Grant, "user_1", "folder workflow_5"),
            line(Grant, "user_1", "workflow 9"),
            line(Token, "t1", ""),
            line(Membership, "user_1/../../users", "8"),
        ];
        let told = |line: &ReviewLine| match remedy(line, &decided(DecisionWord::Revoke)) {
            Remedy::ByHand(what) => format!("{}: {what}", line.kind.word()),
            Remedy::Request(it) => format!(
                "{}: {} {} {}\n  where {} has {}",
                line.kind.word(),
                it.method,
                it.path,
                it.body,
                it.state,
                it.held
            ),
        };
        let mut all: Vec<String> = lines.iter().map(told).collect();
        let changed = remedy(&lines[3], &decided(DecisionWord::Change));
        all.push(format!("{changed:?}"));
        insta::assert_snapshot!(all.join("\n"), @r#"
        account: PATCH /users/user_1 {"operations":[{"op":"replace","path":"/active","value":false}]}
          where /users/user_1 has .data | .active and (.email | ascii_downcase) == ("bo@acme.test" | ascii_downcase)
        administrator: the API cannot take the flag away: do it in Retool, in Settings > Users
        administrator: DELETE /groups/7/members/user_1 
          where /groups/7 has any(.data.members[]; .id == "user_1")
        membership: DELETE /groups/8/members/user_1 
          where /groups/8 has any(.data.members[]; .id == "user_1")
        grant: POST /permissions/revoke {"object":{"id":"0b5f0c0e-0000-4000-8000-000000000000","type":"app"},"subject":{"id":"user_1","type":"user"}}
          where /permissions/accessList/app/0b5f0c0e-0000-4000-8000-000000000000 has any(.data.user[]; .subject.id == "user_1" and .sources.direct)
        grant: POST /permissions/revoke {"object":{"id":"app_5","type":"folder"},"subject":{"id":"user_1","type":"user"}}
          where /permissions/accessList/folder/5 has any(.data.user[]; .subject.id == "user_1" and .sources.direct)
        grant: the API cannot revoke this kind of grant: do it in Retool
        grant: the API cannot revoke this kind of grant: do it in Retool
        token: the API cannot revoke a token: do it in Retool, in Settings > API
        membership: its id is not one that a request can be made of
        ByHand("change it as decided: use only")
        "#);
    }

    #[test]
    fn a_hostile_name_is_one_word_of_the_script() {
        let line = line(EntitlementKind::Membership, "user_1", "8");
        let decision = decided(DecisionWord::Revoke);
        let step = PlannedStep::of(&line, &decision, DateTime::UNIX_EPOCH);
        let text = script(HEAD, std::slice::from_ref(&step));
        assert_eq!(terraform(HEAD, &[step]), None);
        let (_, steps) = text.split_once(FUNCTIONS).expect("the functions");
        insta::assert_snapshot!(steps, @r#"

        request 'bo@acme.test on prod: what'\''s $(held)⟨U+001B⟩[2J' \
          'L-426f2644f1d2: revoke, decided by ana@acme.test on 1970-01-01' \
          '/groups/8' \
          'any(.data.members[]; .id == "user_1")' \
          'DELETE' \
          '/groups/8/members/user_1' \
          ''

        end
        "#);
    }

    #[test]
    fn terraform_is_told_what_its_provider_manages() {
        use EntitlementKind::{Account, Grant, Membership};
        let lines = [
            line(Account, "user_1", ""),
            line(Membership, "user_1", "8"),
            line(Grant, "user_1", "folder app_5"),
            line(Grant, "user_1", "app 0b5f0c0e-0000-4000-8000-000000000000"),
        ];
        let decision = decided(DecisionWord::Revoke);
        let step = |line| PlannedStep::of(line, &decision, DateTime::UNIX_EPOCH);
        let steps: Vec<_> = lines.iter().map(step).collect();
        insta::assert_snapshot!(terraform(HEAD, &steps).expect("three of them"), @r#"
        # Remediation of campaign 2026-11-c0ffee00, instance eu, for the provider tryretool/retool.
        # The last entry of the record has the SHA-256 00.
        #
        # For what Terraform does not manage yet: `terraform plan -generate-config-out=reviewed.tf` writes it
        # down as it is. Make there the changes that stand above each block, see in `terraform plan` that
        # they are the only ones, and apply. What your configuration has already is changed there instead.
        # Who is in a group the provider does not manage: the script has that.

        # bo@acme.test on prod: what's $(held)⟨U+001B⟩[2J
        #   L-426f2644f1d2: revoke, decided by ana@acme.test on 1970-01-01
        #   without the folder app_5

        # bo@acme.test on prod: what's $(held)⟨U+001B⟩[2J
        #   L-426f2644f1d2: revoke, decided by ana@acme.test on 1970-01-01
        #   without the app 0b5f0c0e-0000-4000-8000-000000000000
        import {
          to = retool_permissions.id_user_user_1
          id = "user|user_1"
        }

        # bo@acme.test on prod: what's $(held)⟨U+001B⟩[2J
        #   L-426f2644f1d2: revoke, decided by ana@acme.test on 1970-01-01
        #   active = false
        import {
          to = retool_user.id_user_1
          id = "user_1"
        }
        "#);
    }
}
