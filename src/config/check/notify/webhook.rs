//! `[[notify.webhook]]`: a message that is posted to an address.

use std::path::Path;

use crate::config::check::secret::{SecretKeys, secret_keys};
use crate::config::notify::{Webhook, WebhookFormat};
use crate::config::raw::TomlSection;

/// Where the address is.
const ADDRESS: SecretKeys = secret_keys! {
    "url",
    noun: "address",
    variable: "SLACK_WEBHOOK_URL",
    instead: "whoever knows the address may post: have the service make another one if anyone else \
              saw the file, and write `url-env = \"SLACK_WEBHOOK_URL\"`, the name of a variable that \
              holds it",
};

/// Where the key is with which a message is signed.
const KEY: SecretKeys = secret_keys! {
    "secret",
    noun: "secret",
    variable: "WEBHOOK_SECRET",
    instead: "choose another one if anyone else saw the file, and write `secret-env = \
              \"WEBHOOK_SECRET\"`, the name of a variable that holds it",
};

/// Reads what makes a receiver a webhook.
pub(super) fn webhook(section: &mut TomlSection<'_>, dir: &Path) -> Webhook {
    section.require("format");
    let format = section.choice("format", &WebhookFormat::ALL.map(|it| (it.word(), it)));
    let url = ADDRESS.required(section, dir);
    let secret = KEY.optional(section, dir);
    if let (Some(format), Some(_)) = (format, &secret)
        && format != WebhookFormat::Json
    {
        let help = "only the receiver of `format = \"json\"` can hold a message to its signature";
        let what = format!("signs a message that `{}` does not check", format.word());
        section.refuse_all(&what, Some(help.to_owned()));
    }
    Webhook { format: format.unwrap_or(WebhookFormat::Json), url, secret }
}
