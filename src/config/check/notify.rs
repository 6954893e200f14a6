//! `[notify]`: who is told what packs come to, and how they are reached.

mod mail;
mod tickets;
mod webhook;

use std::collections::BTreeSet;
use std::path::Path;

use super::instance::own_name;
use crate::config::notify::{Channel, NotifySettings, Occasion, Receiver, SEVERITIES};
use crate::config::raw::TomlSection;
use crate::names::fold;

/// What messages are told of unless the configuration says otherwise.
const ALL_SEVERITIES: &str = "info";

/// What there are tickets about unless the configuration says otherwise.
const WORTH_A_TICKET: &str = "medium";

/// Reads `[notify]`.
pub(super) fn settings(root: &mut TomlSection<'_>, dir: &Path) -> NotifySettings {
    let mut section = root.section("notify");
    let mut names = BTreeSet::new();
    let mut receivers = Vec::new();
    for mut it in section.sections("webhook", "begin each with `[[notify.webhook]]`") {
        let channel = Channel::Webhook(webhook::webhook(&mut it, dir));
        receivers.push(message(&mut it, channel));
        close(it, &receivers, &mut names);
    }
    for mut it in section.sections("mail", "begin each with `[[notify.mail]]`") {
        let channel = Channel::Mail(mail::mail(&mut it, dir));
        receivers.push(message(&mut it, channel));
        close(it, &receivers, &mut names);
    }
    for mut it in section.sections("jira", "begin each with `[[notify.jira]]`") {
        let channel = Channel::Jira(tickets::jira(&mut it, dir));
        receivers.push(receiver(&mut it, channel, WORTH_A_TICKET));
        close(it, &receivers, &mut names);
    }
    for mut it in section.sections("servicenow", "begin each with `[[notify.servicenow]]`") {
        let channel = Channel::ServiceNow(tickets::servicenow(&mut it, dir));
        receivers.push(receiver(&mut it, channel, WORTH_A_TICKET));
        close(it, &receivers, &mut names);
    }
    section.finish();
    NotifySettings { receivers }
}

/// Somebody who gets messages.
fn message(section: &mut TomlSection<'_>, channel: Channel) -> Receiver {
    let occasions = Occasion::ALL.map(|it| (it.word(), it));
    Receiver {
        when: section.choice("when", &occasions).unwrap_or(Occasion::Exceptions),
        ..receiver(section, channel, ALL_SEVERITIES)
    }
}

fn receiver(section: &mut TomlSection<'_>, channel: Channel, least: &'static str) -> Receiver {
    let severities = SEVERITIES.map(|it| (it, it));
    Receiver {
        name: own_name(section),
        when: Occasion::Always,
        min_severity: section.choice("min-severity", &severities).unwrap_or(least),
        names: section.flag("names"),
        channel,
    }
}

/// Notes what is left of a receiver's table, and a name that another one has already.
fn close(section: TomlSection<'_>, receivers: &[Receiver], names: &mut BTreeSet<String>) {
    let name = receivers.last().map(|it| it.name.as_str()).unwrap_or_default();
    if !name.is_empty() && !names.insert(fold(name)) {
        let what = format!("`{name}` is the name of another receiver already");
        section.refuse("name", what, None);
    }
    section.finish();
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Known;
    use crate::config::check::parse;

    fn picture(notify: &str) -> String {
        let text = format!(
            "organization = {{ name = \"Acme\", domains = [\"acme.test\"] }}\n\
             instance = [{{ name = \"one\", token-env = \"A\" }}]\n{notify}"
        );
        match parse(&text, Path::new("/conf"), "audit.toml", &Known::default()) {
            Ok(it) => {
                let lines = it.notify.receivers.iter().map(|it| format!("{it:?}"));
                lines.collect::<Vec<_>>().join("\n")
            }
            Err(it) => it.to_string(),
        }
    }

    #[test]
    fn a_webhook_is_told_of_exceptions_without_names_unless_it_is_said() {
        let text = r#"
[[notify.webhook]]
name = "security"
format = "slack"
url-env = "SLACK_URL"
[[notify.webhook]]
name = "soc"
format = "json"
url-credential = "soc"
secret-file = "soc.key"
when = "new"
min-severity = "high"
names = true
"#;
        insta::assert_snapshot!(picture(text), @r#"
        Receiver { name: "security", when: Exceptions, min_severity: "info", names: false, channel: Webhook(Webhook { format: Slack, url: Env("SLACK_URL"), secret: None }) }
        Receiver { name: "soc", when: New, min_severity: "high", names: true, channel: Webhook(Webhook { format: Json, url: Credential("soc"), secret: Some(File("/conf/soc.key")) }) }
        "#);
    }

    #[test]
    fn a_mail_has_a_server_that_keeps_it_secret_and_addresses() {
        let text = r#"
[[notify.mail]]
name = "ciso"
server = "smtp.acme.test"
user = "audit"
password-env = "SMTP_PASSWORD"
from = "audit@acme.test"
to = ["ciso@acme.test", "dpo@acme.test"]
[[notify.mail]]
name = "local"
server = "localhost"
tls = "none"
from = "audit@acme.test"
to = ["root@acme.test"]
"#;
        insta::assert_snapshot!(picture(text), @r#"
        Receiver { name: "ciso", when: Exceptions, min_severity: "info", names: false, channel: Mail(Mail { server: "smtp.acme.test", port: 587, security: StartTls, ca_file: None, user: Some("audit"), password: Some(Env("SMTP_PASSWORD")), from: "audit@acme.test", to: ["ciso@acme.test", "dpo@acme.test"] }) }
        Receiver { name: "local", when: Exceptions, min_severity: "info", names: false, channel: Mail(Mail { server: "localhost", port: 25, security: None, ca_file: None, user: None, password: None, from: "audit@acme.test", to: ["root@acme.test"] }) }
        "#);
    }

    #[test]
    fn a_mail_that_would_be_readable_or_go_elsewhere_is_refused() {
        let text = r#"
[[notify.mail]]
name = "ciso"
server = "https://smtp.acme.test"
tls = "none"
port = 0
user = "audit"
password = "hunter2"
from = "Audit <audit@acme.test>"
to = []
[[notify.mail]]
name = "dpo"
server = "smtp.acme.test"
tls = "none"
password-env = "P"
from = "audit@acme.test\\r\\nBcc: eve@acme.test"
to = ["dpo"]
[[notify.mail]]
name = "soc"
server = "smtp.acme.test"
user = "audit"
from = "audit@acme.test"
"#;
        let told = picture(text);
        assert!(!told.contains("hunter2"), "{told}");
        insta::assert_snapshot!("mails_are_refused", told);
    }

    #[test]
    fn tickets_are_kept_where_the_configuration_says() {
        let text = r#"
[[notify.jira]]
name = "sec"
url = "https://acme.atlassian.test/"
project = "SEC"
user = "audit@acme.test"
token-env = "JIRA_TOKEN"
[[notify.servicenow]]
name = "it"
url = "https://acme.service-now.test"
user = "audit"
password-file = "/run/secrets/now"
per = "owner"
min-severity = "high"
names = true
most-tickets = 5
close-state = 7
close-code = "Solved"
"#;
        insta::assert_snapshot!(picture(text), @r#"
        Receiver { name: "sec", when: Always, min_severity: "medium", names: false, channel: Jira(Jira { url: "https://acme.atlassian.test", project: "SEC", issue_type: "Task", user: "audit@acme.test", token: Env("JIRA_TOKEN"), tickets: Ticketing { scope: Finding, most: 25 }, close_transition: None }) }
        Receiver { name: "it", when: Always, min_severity: "high", names: true, channel: ServiceNow(ServiceNow { url: "https://acme.service-now.test", table: "incident", user: "audit", password: File("/run/secrets/now"), tickets: Ticketing { scope: Owner, most: 5 }, close_state: "7", close_code: Some("Solved") }) }
        "#);
        let text = r#"
[[notify.jira]]
name = "sec"
url = "http://acme.atlassian.test"
project = "SEC\" OR project = \"HR"
token = "hunter2"
per = "person"
most-tickets = 0
[[notify.servicenow]]
name = "it"
url = "https://ana:hunter2@acme.service-now.test?x"
table = "incident?sysparm"
password = "hunter2"
"#;
        let told = picture(text);
        assert!(!told.contains("hunter2"), "{told}");
        insta::assert_snapshot!("tickets_are_kept_where_the_configuration_says", told);
    }

    #[test]
    fn every_problem_is_told_at_once_and_no_address_is_repeated() {
        let text = r#"
[[notify.webhook]]
name = "security"
format = "slak"
url = "https://hooks.slack.test/services/hunter2"
[[notify.webhook]]
name = "Security"
format = "teams"
url-env = "https://hooks.slack.test/services/hunter2"
secret-env = "KEY"
when = "sometimes"
min-severity = "bad"
[[notify.webhook]]
url-command = []
secret = "hunter2"
[notify.email]
"#;
        let told = picture(text);
        assert!(!told.contains("hunter2"), "{told}");
        insta::assert_snapshot!("every_problem_is_told_at_once_and_no_address_is_repeated", told);
    }
}
