//! The address of an instance, from what people paste to one spelling.

use url::{ParseError, Url};

use crate::loopback;
use crate::names;

/// The address that serves every organization of Retool Cloud.
pub(super) const CLOUD: &str = "https://api.retool.com";

const API: &[&str] = &["api", "v2"];

/// Why an address is refused. Credentials are never repeated.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressRefusal {
    #[error("must start with https, found `{0}://`")]
    Scheme(String),
    #[error("must start with https, found `http://{0}`")]
    Unencrypted(String),
    #[error("must not hold a user name or password")]
    Credentials,
    #[error("must not hold a query or fragment")]
    Query,
    #[error("has no usable host")]
    Host,
    #[error("has a port that is not between 1 and 65535")]
    Port,
    #[error("has a path that is not usable")]
    Path,
    #[error("leads to a page of Retool, not to Retool itself")]
    Page(String),
}

impl AddressRefusal {
    /// What to do about it.
    pub(super) fn help(&self) -> Option<String> {
        if let Self::Page(right) = self {
            return Some(format!("write `url = \"{right}\"`"));
        }
        let res = match self {
            Self::Scheme(_) | Self::Port | Self::Path | Self::Page(_) => None,
            Self::Unencrypted(_) => {
                Some("the token would travel readable; if that is meant, add `allow-http = true`")
            }
            Self::Credentials => Some("the token alone signs in"),
            Self::Query => Some("end the address before `?` or `#`"),
            Self::Host => Some("write it like `https://retool.acme.example`"),
        };
        res.map(str::to_owned)
    }
}

/// The one spelling of `text`: scheme, host in lower case, port unless it is the usual one, path
/// without `/api/v2` and without a slash at its end.
///
/// # Errors
///
/// When it cannot be used. Plain http is for this machine alone, unless `allow_http`.
pub(super) fn normalize(text: &str, allow_http: bool) -> Result<String, AddressRefusal> {
    let address = parse(text)?;
    if !address.username().is_empty() || address.password().is_some() {
        return Err(AddressRefusal::Credentials);
    }
    let host = address.host_str().filter(|host| is_host(host)).ok_or(AddressRefusal::Host)?;
    if address.port() == Some(0) {
        return Err(AddressRefusal::Port);
    }
    if address.scheme() == "http" && !allow_http && !loopback::is_this_machine(host) {
        return Err(AddressRefusal::Unencrypted(host.to_owned()));
    }
    let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
    let server = format!("{}://{host}{port}", address.scheme());
    let path = sub_path(written_path(text))?;
    if is_page(host, &path) {
        return Err(AddressRefusal::Page(server));
    }
    Ok(server + &path)
}

/// Whether `text` can be the address of a service that is not Retool.
///
/// # Errors
///
/// When it cannot. Plain http is right where the answer proves itself.
pub(super) fn service(text: &str) -> Result<(), AddressRefusal> {
    let address = parse(text)?;
    if !address.username().is_empty() || address.password().is_some() {
        return Err(AddressRefusal::Credentials);
    }
    match address.scheme() {
        _ if !text.contains("://") => Err(AddressRefusal::Host),
        "http" | "https" => Ok(()),
        other => Err(AddressRefusal::Scheme(other.to_owned())),
    }
}

/// The one spelling of the address of a service that is told secrets: without a slash at its end.
///
/// # Errors
///
/// When it cannot be used. Plain http is for this machine alone.
pub(super) fn secured(text: &str) -> Result<String, AddressRefusal> {
    service(text)?;
    let address = parse(text)?;
    let host = address.host_str().filter(|host| is_host(host)).ok_or(AddressRefusal::Host)?;
    if address.query().is_some() || address.fragment().is_some() {
        return Err(AddressRefusal::Query);
    }
    if address.scheme() == "http" && !loopback::is_this_machine(host) {
        return Err(AddressRefusal::Scheme("http".to_owned()));
    }
    Ok(address.as_str().trim_end_matches('/').to_owned())
}

/// The first parts of the paths of Retool's own pages.
const PAGES: &[&str] =
    &["apps", "app", "auth", "editor", "embedded", "login", "resources", "settings", "workflows"];

/// Whether a path is that of a page, as people paste it: Retool Cloud has no other paths, and on a
/// server of one's own a single word may be where Retool lies.
fn is_page(host: &str, path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
    let first = parts.first().is_some_and(|it| PAGES.contains(it));
    if host.ends_with(".retool.com") { !parts.is_empty() } else { first && parts.len() > 1 }
}

/// The address in a text that may leave out `https://`.
fn parse(text: &str) -> Result<Url, AddressRefusal> {
    match text.split_once("://") {
        // `https:/retool.acme.example` has a slash too few, and no host.
        None if text.contains(":/") => return Err(AddressRefusal::Host),
        None => {}
        Some((scheme, _)) => match scheme.to_ascii_lowercase().as_str() {
            "https" | "http" => {}
            _ if scheme.chars().all(|it| it.is_ascii_alphanumeric()) => {
                return Err(AddressRefusal::Scheme(scheme.to_owned()));
            }
            _ => return Err(AddressRefusal::Host),
        },
    }
    names::parse_address(text).map_err(|it| match it {
        ParseError::InvalidPort => AddressRefusal::Port,
        _ => AddressRefusal::Host,
    })
}

/// What stands behind the host, as it is written: `url` would resolve `..` and encode blanks.
fn written_path(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |it| it.1);
    &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..]
}

/// Whether a host has letters, digits and hyphens alone, or is an address of IP.
fn is_host(host: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    host.starts_with('[') || host.split('.').all(|it| !it.is_empty() && it.chars().all(fits))
}

fn sub_path(path: &str) -> Result<String, AddressRefusal> {
    let path = path.trim_end_matches(['?', '#']);
    if path.contains(['?', '#']) {
        return Err(AddressRefusal::Query);
    }
    let fits = |it: char| it.is_ascii_alphanumeric() || "/-._~%!$&'()*+,;=:@".contains(it);
    let mut parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
    if !path.chars().all(fits) || parts.contains(&"..") {
        return Err(AddressRefusal::Path);
    }
    if parts.ends_with(API) {
        parts.truncate(parts.len() - API.len());
    }
    Ok(if parts.is_empty() { String::new() } else { format!("/{}", parts.join("/")) })
}

#[cfg(test)]
mod tests {
    use super::normalize;

    #[test]
    fn people_paste_many_spellings_of_one_address() {
        let pictures = [
            "acme.retool.com",
            "https://acme.retool.com/",
            "HTTPS://Acme.Retool.com/api/v2/",
            "https://acme.retool.com:443/api/v2?",
            "https://acme.retool.com/.",
            "https://tools.acme.example/retool/api/v2",
            "https://tools.acme.example:8443//retool/",
            "http://localhost:3000/api/v2",
            "http://127.0.0.1:80",
            "http://[::1]:8080/",
            "https://tools.acme.example/api",
            "https://bücher.example",
        ];
        let lines = pictures.map(|picture| format!("{picture:45} {}\n", shown(picture)));
        insta::assert_snapshot!(lines.concat(), @r"
        acme.retool.com                               https://acme.retool.com
        https://acme.retool.com/                      https://acme.retool.com
        HTTPS://Acme.Retool.com/api/v2/               https://acme.retool.com
        https://acme.retool.com:443/api/v2?           https://acme.retool.com
        https://acme.retool.com/.                     https://acme.retool.com
        https://tools.acme.example/retool/api/v2      https://tools.acme.example/retool
        https://tools.acme.example:8443//retool/      https://tools.acme.example:8443/retool
        http://localhost:3000/api/v2                  http://localhost:3000
        http://127.0.0.1:80                           http://127.0.0.1
        http://[::1]:8080/                            http://[::1]:8080
        https://tools.acme.example/api                https://tools.acme.example/api
        https://bücher.example                        https://xn--bcher-kva.example
        ");
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_the_reason() {
        let pictures = [
            "http://retool.acme.example",
            "http://localhost.acme.example",
            "ftp://retool.acme.example",
            "https://ana:secret@retool.acme.example",
            "ana:secret@retool.acme.example",
            "https://retool.acme.example/?org=1",
            "https://retool.acme.example/#users",
            "https://retool..example",
            "https://retool.acme.example:0",
            "https://retool.acme.example:port",
            "https:/retool.acme.example",
            "https://",
            "https://retool.acme.example/../admin",
            "https://retool.acme.example/a b",
        ];
        let lines = pictures.map(|picture| format!("{picture:40} {}\n", shown(picture)));
        insta::assert_snapshot!(lines.concat(), @r"
        http://retool.acme.example               must start with https, found `http://retool.acme.example`
        http://localhost.acme.example            must start with https, found `http://localhost.acme.example`
        ftp://retool.acme.example                must start with https, found `ftp://`
        https://ana:secret@retool.acme.example   must not hold a user name or password
        ana:secret@retool.acme.example           must not hold a user name or password
        https://retool.acme.example/?org=1       must not hold a query or fragment
        https://retool.acme.example/#users       must not hold a query or fragment
        https://retool..example                  has no usable host
        https://retool.acme.example:0            has a port that is not between 1 and 65535
        https://retool.acme.example:port         has a port that is not between 1 and 65535
        https:/retool.acme.example               has no usable host
        https://                                 has no usable host
        https://retool.acme.example/../admin     has a path that is not usable
        https://retool.acme.example/a b          has a path that is not usable
        ");
    }

    #[test]
    fn plain_http_is_possible_where_it_is_meant() {
        let res = normalize("http://retool.acme.example", true);
        assert_eq!(res.as_deref(), Ok("http://retool.acme.example"));
    }

    fn shown(text: &str) -> String {
        normalize(text, false).unwrap_or_else(|it| it.to_string())
    }
}
