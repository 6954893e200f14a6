//! The proxy through which a server is reached, for a message that it does not answer.

use std::env;

use reqwest::Url;

use crate::loopback;

/// The proxy that the environment names for a host, and the variable that does; by the rules of the
/// client: a scheme's own variable first, in capitals first, and none for hosts of `NO_PROXY`.
pub(super) fn of(scheme: &str, host: &str) -> Option<(String, String)> {
    of_environment(scheme, host, |name| env::var(name).ok())
}

fn of_environment(
    scheme: &str,
    host: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<(String, String)> {
    let either = |name: &str| {
        let names = [name.to_owned(), name.to_lowercase()];
        let set = |name: String| Some((variable(&name).filter(|it| !it.is_empty())?, name));
        names.into_iter().find_map(set)
    };
    let exempt = either("NO_PROXY").is_some_and(|(list, _)| is_exempt(host, &list));
    if exempt || loopback::is_this_machine(host) {
        return None;
    }
    let scheme = format!("{}_PROXY", scheme.to_uppercase());
    let (address, name) = either(&scheme).or_else(|| either("ALL_PROXY"))?;
    Some((name, shown(&address)))
}

/// Scheme, host and port: a proxy's address may hold a password.
fn shown(address: &str) -> String {
    let whole =
        if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let Ok(url) = Url::parse(&whole) else { return "a text that is no address".to_owned() };
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

fn is_exempt(host: &str, list: &str) -> bool {
    let host = host.to_lowercase();
    list.split(',').map(|it| it.trim().trim_start_matches('.').to_lowercase()).any(|it| {
        it == "*" || (!it.is_empty() && (host == it || host.ends_with(&format!(".{it}"))))
    })
}

#[cfg(test)]
mod tests {
    use super::of_environment;

    #[test]
    fn the_proxy_is_named_as_the_client_takes_it() {
        let ask = |host: &str, set: &[(&str, &str)]| {
            let variable =
                |name: &str| set.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
            of_environment("https", host, variable).map(|(name, it)| format!("{name} {it}"))
        };
        let host = "acme.retool.example";
        let proxy = ("HTTPS_PROXY", "http://ana:hunter2@proxy.acme.example:3128");
        let told = ask(host, &[proxy]).expect("a proxy");
        assert_eq!(told, "HTTPS_PROXY http://proxy.acme.example:3128");
        let all = ask(host, &[("all_proxy", "socks5://proxy.acme.example")]).expect("a proxy");
        assert_eq!(all, "all_proxy socks5://proxy.acme.example");
        assert_eq!(ask(host, &[]), None);
        assert_eq!(ask("127.0.0.1", &[proxy]), None);
        for list in ["*", "retool.example", ".retool.example", "x, ACME.retool.example"] {
            assert_eq!(ask(host, &[proxy, ("NO_PROXY", list)]), None, "{list}");
        }
        assert!(ask(host, &[proxy, ("no_proxy", "example.com")]).is_some());
    }
}
