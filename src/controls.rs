//! The controls that rules speak to, and what each is after, in our own words.

/// A framework with its controls, in its own order.
#[derive(Debug)]
pub struct Framework {
    /// `soc2`, `iso27001`, `nist80053`, `pci` or `cis`.
    pub key: &'static str,
    /// Name and edition.
    pub name: &'static str,
    /// The name on a badge.
    pub short: &'static str,
    /// The framework's id and the control's intent.
    pub controls: &'static [(&'static str, &'static str)],
}

/// Every framework, in the order of reports.
pub static FRAMEWORKS: [Framework; 5] = [
    Framework {
        key: "soc2",
        name: "SOC 2: TSC 2017 with points of focus 2022",
        short: "SOC 2",
        controls: &[
            ("CC2.1", "The information that controls work with is complete and accurate."),
            ("CC3.2", "Risks are found, weighed, and answered for."),
            ("CC4.1", "It is evaluated whether controls are there and work."),
            ("CC4.2", "Weaknesses reach those who must act on them in time."),
            (
                "CC6.1",
                "Only identified and authenticated users get in, and credentials are managed.",
            ),
            (
                "CC6.2",
                "Access is authorised before it is given and taken away when it is no longer due.",
            ),
            (
                "CC6.3",
                "Access follows roles and least privilege, and is reviewed from time to time.",
            ),
            ("CC7.2", "Signs of misuse are watched for and looked into."),
            ("CC8.1", "Changes are authorised, tested and approved before they take effect."),
        ],
    },
    Framework {
        key: "iso27001",
        name: "ISO/IEC 27001:2022, annex A",
        short: "ISO 27001",
        controls: &[
            ("A.5.3", "Duties that could hide each other are in different hands."),
            ("A.5.9", "Information and what holds it is listed, with owners."),
            ("A.5.15", "Rules for access follow business and security needs."),
            ("A.5.16", "Each identity belongs to one person or thing through its whole life."),
            ("A.5.17", "Secrets for signing in are given out and kept under control."),
            ("A.5.18", "Access rights are given, reviewed, changed and removed by the rules."),
            ("A.5.19", "What suppliers may reach is agreed and kept in check."),
            ("A.5.28", "Evidence is collected and kept so that it can be relied on."),
            ("A.5.30", "What the business needs from its systems survives a disruption."),
            ("A.5.33", "Records are protected from loss and change."),
            ("A.5.36", "What rules and standards ask for is kept to, and that is reviewed."),
            ("A.6.5", "Duties and access end or change when employment does."),
            ("A.8.2", "Privileged rights are few, needed and managed."),
            ("A.8.3", "Access to information is limited to what the rules allow."),
            ("A.8.4", "Who may read and change source code is limited."),
            ("A.8.5", "Signing in is as strong as what it opens."),
            ("A.8.9", "Settings are written down, watched and changed on purpose."),
            ("A.8.15", "What happens is logged, and the logs are protected."),
            ("A.8.16", "Systems are watched for what is out of the ordinary."),
        ],
    },
    Framework {
        key: "nist80053",
        name: "NIST SP 800-53, revision 5",
        short: "NIST 800-53",
        controls: &[
            ("AC-2", "Accounts are managed from request to removal."),
            ("AC-2(1)", "Account management is automated."),
            ("AC-2(3)(a)", "Accounts that have expired are disabled."),
            ("AC-2(3)(b)", "Accounts that belong to nobody any more are disabled."),
            ("AC-2(3)(d)", "Accounts that are not used are disabled."),
            ("AC-2(4)", "What happens to accounts and rights is recorded and looked at."),
            ("AC-2(7)", "Privileged accounts follow roles and are watched."),
            ("AC-2(9)", "Shared accounts exist only under conditions."),
            ("AC-2(12)", "Accounts are watched for unusual use."),
            ("AC-2(b)", "Each account and group has a manager."),
            ("AC-2(c)", "What makes somebody a member of a group is written down."),
            ("AC-2(d)", "Who is authorised, and for what, is written down."),
            ("AC-2(e)", "Requests for accounts are approved."),
            ("AC-2(f)", "Accounts are made, changed, disabled and removed by the rules."),
            ("AC-2(h)", "Account managers hear when an account is not needed any more."),
            ("AC-2(i)", "Access is given on a valid authorisation, for what the account is for."),
            ("AC-2(j)", "Accounts are reviewed at a set frequency."),
            ("AC-2(k)", "Shared credentials change when somebody leaves the group."),
            ("AC-2(l)", "Account management follows leaving and transfer."),
            ("AC-3", "Approved authorisations are enforced."),
            ("AC-3(7)", "Access follows roles."),
            ("AC-5", "Duties are separated."),
            ("AC-6", "Everyone has the least privilege that the work takes."),
            ("AC-6(1)", "Access to security functions is authorised by name."),
            ("AC-6(5)", "Privileged accounts are limited to named people."),
            ("AC-6(7)", "Privileges are reviewed and taken back when not needed."),
            ("AU-6", "Audit records are reviewed for signs of misuse."),
            ("AU-8", "Records bear times of clocks that agree."),
            ("AU-9", "Records of what happened are protected from change and loss."),
            ("AU-9(4)", "Few privileged people manage the audit log."),
            ("CA-5", "Weaknesses have a plan with a date for mending them."),
            ("CA-7", "Controls are monitored continuously."),
            ("CM-3", "Changes are proposed, approved and recorded."),
            ("CM-5", "Who may change the system is limited."),
            ("CM-6", "Security settings are chosen, kept, and deviations approved."),
            ("CP-2", "There is a plan for when something or somebody is missing."),
            ("IA-2", "Users are identified and authenticated one by one."),
            ("IA-2(1)", "Privileged accounts sign in with several factors."),
            ("IA-2(2)", "Ordinary accounts sign in with several factors."),
            ("IA-4", "An identifier stands for one user."),
            ("IA-5", "Authenticators are managed and end with their owner."),
            ("IA-8", "Users from outside are identified and authenticated."),
            ("PS-4", "Access ends when employment ends."),
            ("PS-5", "Access is reviewed when people change their work."),
            ("PS-7", "People from outside follow the same rules, and their leaving is reported."),
            (
                "RA-7",
                "Each risk that was found is mended, lowered, passed on or accepted by somebody.",
            ),
        ],
    },
    Framework {
        key: "pci",
        name: "PCI DSS 4.0.1",
        short: "PCI DSS",
        controls: &[
            ("7.2.1", "An access control model says who needs what."),
            ("7.2.2", "Access follows job and least privilege."),
            ("7.2.3", "Privileges are approved by those entitled to."),
            ("7.2.4", "Accounts and their access are reviewed at least every six months."),
            ("7.2.5", "Application and system accounts have the least access they need."),
            ("7.2.5.1", "Access of application and system accounts is reviewed from time to time."),
            ("7.3.3", "What is not allowed is denied."),
            ("8.2.1", "Every user has an id of their own."),
            ("8.2.2", "Shared accounts are exceptions with an owner."),
            ("8.2.4", "Accounts are added, changed and removed with an approval."),
            ("8.2.5", "Access of people who left is revoked at once."),
            ("8.2.6", "Accounts inactive for 90 days are removed or disabled."),
            ("8.2.7", "Third parties have access only while it is needed."),
            ("8.3", "Strong authentication is set up and managed."),
            ("8.4", "Access to the environment takes several factors."),
            ("8.4.1", "Administrators sign in with several factors."),
            ("8.4.2", "Everyone who reaches the environment signs in with several factors."),
            ("8.4.3", "Remote access takes several factors."),
            ("8.6", "Accounts of applications and systems, and their secrets, are managed."),
            ("8.6.1", "Interactive use of system accounts is an exception with an owner."),
            ("8.6.3", "Secrets of system accounts change at a set frequency."),
            ("10.2.1.5", "Changes to accounts and privileges are recorded."),
            ("10.3.1", "Only those who need to may read the audit log."),
            ("12.5.2", "What is in scope is written down and confirmed."),
        ],
    },
    Framework {
        key: "cis",
        name: "CIS Controls, version 8",
        short: "CIS Controls",
        controls: &[
            ("3.3", "Data is open to those who need it, and to nobody else."),
            (
                "4.7",
                "Accounts that come with a product, such as root or admin, are not left as is.",
            ),
            ("5.1", "All accounts are listed with their people, and checked every quarter."),
            ("5.3", "Accounts that nobody used for 45 days are disabled or deleted."),
            ("5.4", "Administrators have the role by name, and no account has it for daily work."),
            (
                "5.5",
                "Service accounts are listed with owner and purpose, and reviewed every quarter.",
            ),
            ("5.6", "Accounts are managed in one place, by a directory or identity provider."),
            ("6.1", "Access is given by a process, on hire, on request and on a change of role."),
            ("6.2", "Access is taken away by a process, at once when somebody leaves."),
            ("6.3", "Applications that the internet can reach ask for several factors."),
            ("6.5", "Administrators sign in with several factors."),
            ("6.7", "Who may enter what is decided in one place: a directory or single sign-on."),
            ("6.8", "Each role has the access it needs, on record, and reviewed every year."),
            ("8.11", "Audit logs are reviewed for what is out of the ordinary."),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FRAMEWORKS;
    use crate::rules::CATALOGUE;

    #[test]
    fn every_control_that_a_rule_names_has_an_intent_and_the_other_way_round() {
        for framework in &FRAMEWORKS {
            let named = CATALOGUE.iter().flat_map(|it| it.controls.of(framework.key));
            let named: BTreeSet<&str> = named.copied().collect();
            let known: BTreeSet<&str> = framework.controls.iter().map(|it| it.0).collect();
            assert_eq!(named, known, "{}", framework.key);
        }
    }
}
