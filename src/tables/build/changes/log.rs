//! The log of what differs, with the approval of each change beside it.

use crate::approvals::ApprovedKind;
use crate::tables::build::InstanceContext;
use crate::tables::dictionary::change;

pub(super) type Fields = Vec<(&'static str, Option<String>, Option<String>)>;

/// The rows of one instance.
pub(in crate::tables::build) struct Log<'a, 'b> {
    pub(in crate::tables::build) rows: &'a mut change::Rows,
    pub(in crate::tables::build) here: &'a InstanceContext<'b>,
}

/// One difference: kind, id and label of what differs, in what, before and after.
pub(in crate::tables::build) struct Difference<'a> {
    pub(in crate::tables::build) subject: (&'static str, &'a str, &'a str),
    pub(in crate::tables::build) change: &'static str,
    pub(in crate::tables::build) what: String,
    pub(in crate::tables::build) values: [Option<String>; 2],
}

impl Difference<'_> {
    /// What has to approve it; none where the file of approvals has no such changes.
    fn asks(&self) -> Option<ApprovedKind> {
        let [before, after] = self.values.each_ref().map(Option::as_deref);
        match (self.subject.0, self.change, &*self.what) {
            ("user", "added", _) => Some(ApprovedKind::Added),
            ("user", "changed", "active") if after == Some("yes") => {
                Some(ApprovedKind::Reactivated)
            }
            ("user", "changed", "is_admin") if after == Some("yes") => {
                Some(ApprovedKind::Privilege)
            }
            ("user", "changed", "tier")
                if before.zip(after).is_some_and(|(old, new)| new < old) =>
            {
                Some(ApprovedKind::Privilege)
            }
            ("group", ..) => Some(ApprovedKind::Rights),
            ("token", "added", _) | ("token", "changed", "scopes") => Some(ApprovedKind::Token),
            ("setting", ..) => Some(ApprovedKind::Setting),
            _ => None,
        }
    }
}

impl Log<'_, '_> {
    pub(in crate::tables::build) fn push(&mut self, it: Difference<'_>) {
        let (kind, subject_id, label) = it.subject;
        let approval = it.asks().map(|asked| {
            // Groups are known by their names too.
            let names: &[&str] = if kind == "group" { &[subject_id, label] } else { &[subject_id] };
            let day = self.here.approved_on(asked, names);
            day.map_or_else(|| "none".to_owned(), |it| it.to_string())
        });
        let [before, after] = it.values;
        self.rows.push(change::Row {
            instance: self.here.name().into(),
            kind: kind.into(),
            subject_id: subject_id.into(),
            label: label.into(),
            change: it.change.into(),
            what: it.what.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
            approval: approval.unwrap_or_default().into(),
        });
    }

    /// Something that came or went as a whole.
    pub(in crate::tables::build) fn whole(
        &mut self,
        subject: (&'static str, &str, &str),
        came: bool,
        what: &str,
    ) {
        let change = if came { "added" } else { "removed" };
        let values = if came { ["", what] } else { [what, ""] };
        let values = values.map(|value| Some(value.to_owned()));
        self.push(Difference { subject, change, what: "record".to_owned(), values });
    }

    /// The fields that differ, where both sides are known.
    pub(super) fn fields(&mut self, subject: (&'static str, &str, &str), fields: Fields) {
        for (what, before, after) in fields {
            if before != after {
                let (values, what) = ([before, after], what.to_owned());
                self.push(Difference { subject, change: "changed", what, values });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Difference;

    #[test]
    fn prv_04_changes_that_give_access_ask_for_an_approval_and_those_that_take_it_do_not() {
        let asked = |kind, change, what: &str, values: [&str; 2]| {
            let values = values.map(|it| (it != "unknown").then(|| it.to_owned()));
            let subject = (kind, "x1", "x");
            let it = Difference { subject, change, what: what.to_owned(), values };
            let word = it.asks().map_or("-", |it| it.word());
            format!(
                "{kind} {change} {what} {}: {word}",
                it.values.map(|it| it.unwrap_or_default()).join(">")
            )
        };
        let all = [
            asked("user", "added", "record", ["", "account"]),
            asked("user", "removed", "record", ["account", ""]),
            asked("user", "changed", "active", ["no", "yes"]),
            asked("user", "changed", "active", ["yes", "no"]),
            asked("user", "changed", "is_admin", ["no", "yes"]),
            asked("user", "changed", "is_admin", ["yes", "no"]),
            asked("user", "changed", "tier", ["3", "1"]),
            asked("user", "changed", "tier", ["1", "3"]),
            asked("user", "changed", "tier", ["unknown", "1"]),
            asked("user", "changed", "email", ["a", "b"]),
            asked("membership", "added", "group Sales (2)", ["", "member"]),
            asked("group", "removed", "record", ["group", ""]),
            asked("group", "changed", "app_access", ["use", "own"]),
            asked("token", "added", "record", ["", "token"]),
            asked("token", "changed", "scopes", ["a", "b"]),
            asked("token", "changed", "label", ["a", "b"]),
            asked("setting", "changed", "value", ["yes", "no"]),
        ];
        insta::assert_snapshot!(all.join("\n"), @"
        user added record >account: added
        user removed record account>: -
        user changed active no>yes: reactivated
        user changed active yes>no: -
        user changed is_admin no>yes: privilege
        user changed is_admin yes>no: -
        user changed tier 3>1: privilege
        user changed tier 1>3: -
        user changed tier >1: -
        user changed email a>b: -
        membership added group Sales (2) >member: -
        group removed record group>: rights
        group changed app_access use>own: rights
        token added record >token: token
        token changed scopes a>b: token
        token changed label a>b: -
        setting changed value yes>no: setting
        ");
    }
}
