//! `[[notify.mail]]`: a mail, and the server that sends it.

use std::net::IpAddr;
use std::path::Path;

use crate::address;
use crate::config::check::file;
use crate::config::check::secret::{SecretKeys, secret_keys};
use crate::config::notify::{Mail, MailSecurity};
use crate::config::raw::TomlSection;
use crate::loopback::is_this_machine;

/// Where the password is.
const PASSWORD: SecretKeys = secret_keys! {
    "password",
    noun: "password",
    variable: "SMTP_PASSWORD",
    instead: "change it if anyone else saw the file, and write `password-env = \"SMTP_PASSWORD\"`, \
              the name of a variable that holds it",
};

/// The most addresses that one mail goes to.
const MOST: usize = 50;

/// Reads what makes a receiver a mail.
pub(super) fn mail(section: &mut TomlSection<'_>, dir: &Path) -> Mail {
    let server = server(section);
    let ways = MailSecurity::ALL.map(|it| (it.word(), it));
    let security = section.choice("tls", &ways).unwrap_or(MailSecurity::StartTls);
    if security == MailSecurity::None && !server.is_empty() && !is_this_machine(&server) {
        let help =
            "write `tls = \"starttls\"` or `tls = \"tls\"`, or relay by a server on this machine";
        let what = "leaves the mail readable on the way to another machine";
        section.refuse("tls", what, Some(help.to_owned()));
    }
    let port = section.number("port", (1, 65_535)).and_then(|it| u16::try_from(it).ok());
    let user = section.text("user");
    let password = PASSWORD.optional(section, dir);
    match (&user, &password) {
        (Some(_), None) if !section.has("password") => {
            let help = "add `password-env`, `password-file`, `password-credential` or \
                        `password-command`, or leave `user` out";
            section.refuse("user", "has no password", Some(help.to_owned()));
        }
        (None, Some(_)) => {
            section.refuse_all("has a password and no `user`", None);
        }
        _ => {}
    }
    Mail {
        server,
        port: port.unwrap_or(security.port()),
        security,
        ca_file: file(section, "ca-file", dir),
        user,
        password,
        from: from(section),
        to: to(section),
    }
}

fn server(section: &mut TomlSection<'_>) -> String {
    let res = section.required_text("server");
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    if !res.chars().all(fits) && res.parse::<IpAddr>().is_err() {
        let help = "write the host alone, such as `smtp.acme.example`; the port has its own key";
        section.refuse("server", format!("`{res}` is no host"), Some(help.to_owned()));
    }
    res
}

fn from(section: &mut TomlSection<'_>) -> String {
    let res = section.required_text("from");
    expect_address(section, "from", &res);
    res
}

fn to(section: &mut TomlSection<'_>) -> Vec<String> {
    section.require("to");
    let Some(res) = section.words("to") else { return Vec::new() };
    if res.is_empty() || res.len() > MOST {
        section.refuse("to", format!("must have from 1 to {MOST} addresses"), None);
    }
    for it in &res {
        expect_address(section, "to", it);
    }
    res
}

/// Notes a text that is not one address and nothing else.
fn expect_address(section: &TomlSection<'_>, key: &str, text: &str) {
    let is_bare = address::is_one(text) && !text.contains(|it: char| it.is_whitespace());
    if !text.is_empty() && !is_bare {
        let help = "write the address alone, such as `audit@acme.example`";
        section.refuse(key, format!("`{text}` is no mail address"), Some(help.to_owned()));
    }
}
