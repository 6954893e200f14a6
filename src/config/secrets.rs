//! What looks like a secret in what people wrote, and the text without it.
//!
//! The evidence pack keeps a copy of the configuration, which auditors read. Its commands that
//! print a token may hold a password for the keeper of the tokens; that is taken out of the copy.

use super::raw::places;
use super::toml_text::quoted;

/// What Retool's tokens begin with.
pub(crate) const TOKEN_PREFIX: &str = "retool_";

/// What stands in place of a secret.
const MASK: &str = "***";

/// Words by which people name what is secret.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "credential",
    "authorization",
    "apikey",
    "accesskey",
    "privatekey",
];

/// The same where they are a word of a name, as in `KEEPER_PASS`.
const WORDS: &[&str] = &["pass", "pin", "pat", "key", "pw", "auth", "otp"];

/// Programs that print what they are given: that is the token.
const PRINTERS: &[&str] = &["echo", "printf", "Write-Output"];

/// Options by which usual programs take a password.
const OPTIONS: &[&str] = &["-p", "-P", "-pw", "--pass", "-pass", "--auth", "--key", "-u", "--user"];

/// Words after which a secret follows.
const SCHEMES: &[&str] = &["bearer", "basic"];

/// Letters and digits in one piece that are more than a name.
const LONG: usize = 20;

/// The configuration's text as a pack keeps it.
pub(super) fn copy(text: &str) -> String {
    let mut res = String::new();
    let mut kept = 0;
    for list in places::commands(text) {
        let words: Vec<String> = list.iter().map(|it| it.text.clone()).collect();
        for (it, masked) in list.iter().zip(arguments(&words)) {
            if it.text == masked {
                continue;
            }
            res.push_str(&text[kept..it.place.start]);
            res.push_str(&quoted(&masked));
            kept = it.place.end;
        }
    }
    res.push_str(&text[kept..]);
    without_user_info(&res)
}

/// A command's words without what looks like a secret.
fn arguments(words: &[String]) -> Vec<String> {
    let prints = words.first().is_some_and(|it| is_printer(it));
    let before = std::iter::once("").chain(words.iter().map(String::as_str));
    let pair = |(at, (before, it)): (usize, (&str, &String))| {
        let printed = prints && at > 0 && is_told(it);
        if printed || is_option_for(before, it) { MASK.to_owned() } else { without(it) }
    };
    before.zip(words).enumerate().map(pair).collect()
}

/// Keys that are named like a secret and hold none.
const HARMLESS: &[&str] = &["approved-tokens"];

/// Whether a message may repeat a line of a file: it gives nothing to a key that is named like a
/// secret, and holds nothing that looks like one.
pub(crate) fn may_be_shown(line: &str) -> bool {
    let mut before: Vec<&str> = line.split(['=', ':']).collect();
    before.pop();
    let of_key = |it: char| it.is_alphanumeric() || "-_.".contains(it);
    let key = |part: &str| {
        let word = part.trim_end_matches(|it| !of_key(it)).rsplit(|it| !of_key(it)).next();
        word.unwrap_or_default().to_owned()
    };
    let is_secret = |part: &&str| {
        let key = key(part);
        is_secret_name(&key) && !HARMLESS.contains(&key.as_str())
    };
    // Where an address is a secret, its keys say where it is; people write it there all the same.
    let is_place = |part: &&str| key(part).starts_with("url-");
    let is_shown = !before.iter().any(|it| is_secret(it) || is_place(it));
    is_shown && without(line) == line
}

/// A text without what looks like a secret in it; it may be a shell's command.
pub(crate) fn without(text: &str) -> String {
    let text = without_user_info(text);
    let (mut res, mut before, mut between, mut prints) = (String::new(), "", String::new(), false);
    for piece in text.split_inclusive(is_between) {
        let word = piece.trim_end_matches(is_between);
        if !word.is_empty() {
            prints &= !between.contains(['|', ';', '&', '(', ')', '`', '>', '\n']);
            let follows = is_option_for(before, word)
                || SCHEMES.iter().any(|it| before.eq_ignore_ascii_case(it))
                || between.ends_with("<<<") && is_told(word)
                || prints && is_told(word);
            res.push_str(&if follows { MASK.to_owned() } else { without_value(word) });
            prints |= is_printer(word);
            between.clear();
            before = word;
        }
        res.push_str(&piece[word.len()..]);
        between.push_str(piece[word.len()..].trim_matches([' ', '"', '\'']));
    }
    res
}

fn is_printer(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    PRINTERS.iter().any(|it| name.eq_ignore_ascii_case(it))
}

/// Whether a word is more than an option, a format, or the name of a variable.
fn is_told(word: &str) -> bool {
    !word.starts_with(['-', '%', '$'])
}

fn is_between(it: char) -> bool {
    it.is_whitespace() || "\"'`;|&()<>,".contains(it)
}

/// Whether `option` takes a secret, and `word` may be one.
fn is_option_for(option: &str, word: &str) -> bool {
    let named = option.ends_with(':') || (option.starts_with('-') && !option.contains('='));
    let asks = (named && is_secret_name(option)) || OPTIONS.contains(&option);
    asks && !word.starts_with('-')
}

/// A word without the value that it gives to what is named like a secret, and without long runs of
/// letters and digits.
fn without_value(word: &str) -> String {
    if let Some((name, value)) = word.split_once(['=', ':'])
        && is_secret_name(name)
        && !value.is_empty()
        && !value.starts_with("//")
    {
        return format!("{}{MASK}", &word[..=name.len()]);
    }
    if let Some(glued) = ["-p", "-P", "-u"].iter().find_map(|it| word.strip_prefix(it))
        && glued.contains(|it: char| !it.is_ascii_alphabetic() && it != '-')
    {
        return format!("{}{MASK}", &word[..2]);
    }
    let of_run = |it: char| it.is_ascii_alphanumeric() || "_+=".contains(it);
    let mut res = String::new();
    let mut rest = word;
    while let Some(start) = rest.find(of_run) {
        let length = rest[start..].find(|it| !of_run(it)).unwrap_or(rest.len() - start);
        let run = &rest[start..start + length];
        let has = |kind: fn(&char) -> bool| run.chars().any(|it| kind(&it));
        let is_long =
            run.len() >= LONG && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
        res.push_str(&rest[..start]);
        res.push_str(if is_long { MASK } else { run });
        rest = &rest[start + length..];
    }
    res + rest
}

fn is_secret_name(name: &str) -> bool {
    let mut words = name.split(|it: char| !it.is_ascii_alphanumeric());
    if words.any(|it| WORDS.iter().any(|word| it.eq_ignore_ascii_case(word))) {
        return true;
    }
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|it| name.contains(it))
}

/// The text without the user and the password of any address in it.
fn without_user_info(text: &str) -> String {
    let mut res = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        res.push_str(before);
        let end = |it: char| it.is_whitespace() || "/?#\"'`<>".contains(it);
        let authority = &after[..after.find(end).unwrap_or(after.len())];
        let skipped = authority.rfind('@').unwrap_or(0);
        if skipped > 0 {
            res.push_str(MASK);
        }
        rest = &after[skipped..];
    }
    res + rest
}

#[cfg(test)]
mod tests {
    use super::{arguments, copy, may_be_shown};

    const WORDS: &[&[&str]] = &[
        &["pass", "show", "retool"],
        &["op", "read", "op://Private/retool/token"],
        &["vault", "kv", "get", "-field=token", "secret/retool-audit"],
        &["aws", "--secret-id", "arn:aws:secretsmanager:us-east-1:123456789012:secret:retool-AbC"],
        &["security", "find-generic-password", "-s", "retool-audit", "-w"],
        &["keeper", "--password", "hunter2", "get", "retool"],
        &["keeper", "--password=hunter2", "-p", "hunter2", "--port", "8443"],
        &["sh", "-c", "KEEPER_TOKEN=hunter2 keeper get 'retool' --passphrase 'hunter2' | head -1"],
        &["curl", "-u", "ana:hunter2", "https://ana:hunter2@keeper.acme.example/retool"],
        &["curl", "-H", "Authorization: Bearer hunter2", "-H", "X-Vault-Token: hunter2"],
        &["echo", "AKIA2OGYBAHDK37XSMPL7"],
        &["/bin/echo", "-n", "hunter2"],
        &["printf", "%s", "hunter2"],
        &["sh", "-c", "echo 'hunter2' | base64 -d; cat <<<hunter2; echo $KEEPER"],
        &["bash", "-c", "A=1; printf '%s' \"hunter2\" > /dev/null; keeper get retool"],
        &["keeper", "--key=hunter2", "--pin", "0000", "KEEPER_PASS=hunter2", "--passthrough=on"],
        &["keeper", "-phunter2", "-uana:hunter2", "-path", "secret/retool", "-p", "0000"],
    ];

    #[test]
    fn what_looks_like_a_secret_goes_and_what_names_one_stays() {
        let line = |words: &&[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            arguments(&words).join(" ")
        };
        let lines: Vec<String> = WORDS.iter().map(line).collect();
        let all = lines.concat();
        assert!(!all.contains("hunter2") && !all.contains("0000"), "{lines:#?}");
        insta::assert_snapshot!(lines.join("\n"), @r#"
        pass show retool
        op read op://Private/retool/token
        vault kv get -field=token secret/retool-audit
        aws --secret-id ***
        security find-generic-password -s retool-audit -w
        keeper --password *** get retool
        keeper --password=*** -p *** --port 8443
        sh -c KEEPER_TOKEN=*** keeper get 'retool' --passphrase '***' | head -1
        curl -u *** https://***@keeper.acme.example/retool
        curl -H Authorization: *** *** -H X-Vault-Token: ***
        echo ***
        /bin/echo -n ***
        printf %s ***
        sh -c echo '***' | base64 -d; cat <<<***; echo $KEEPER
        bash -c A=1; printf '%s' "***" > /dev/null; keeper get retool
        keeper --key=*** --pin *** KEEPER_PASS=*** --passthrough=on
        keeper -p*** -u*** -path secret/retool -p ***
        "#);
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_not_shown() {
        let hidden = [
            "token = \"hunter2\"",
            "token-env = \"my secret!\"",
            "token: hunter2",
            "instance = [{ name = \"a\", token = \"hunter2\" }]",
            "\"password\" = \"hunter2\"",
            "  \"--password\", \"hunter2\",",
            "url = \"https://ana:hunter2@keeper.acme.example\"",
        ];
        for line in hidden {
            assert!(!may_be_shown(line), "{line}");
        }
        for line in
            ["approved-tokens = 3", "name = \"cloud\"", "[[instance]]", "as-of = 2026-10-31"]
        {
            assert!(may_be_shown(line), "{line}");
        }
    }

    #[test]
    fn a_copy_differs_in_its_secrets_alone() {
        let text = r#"# kept by Ana, https://ana:hunter2@keeper.acme.example/x
[store]
secret-command = ["keeper", "--password", "hunter2"]
[[instance]]
name = "one" # a comment
token-command = ["keeper", '--password', "hunter2", "say \"retool\""] # as agreed
[[instance]]
name = "two"
token-env = "TWO_TOKEN"
"#;
        insta::assert_snapshot!(copy(text), @r#"
        # kept by Ana, https://***@keeper.acme.example/x
        [store]
        secret-command = ["keeper", "--password", "***"]
        [[instance]]
        name = "one" # a comment
        token-command = ["keeper", '--password', "***", "say \"retool\""] # as agreed
        [[instance]]
        name = "two"
        token-env = "TWO_TOKEN"
        "#);
        assert_eq!(copy("broken ="), "broken =");
    }
}
