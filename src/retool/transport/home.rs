//! Whether an instance runs on this machine: then nothing of it goes through a proxy.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::Url;

use crate::loopback::{ADDRESSES, is_localhost, is_loopback};

/// The name service has no longer: who is not known by then is not this machine.
const LONGEST: Duration = Duration::from_secs(3);

/// This machine's own addresses that an instance has; none where it has others, or none is known.
///
/// A name below `localhost` has no others, and no name service is asked about it.
pub(super) async fn of(url: &Url, limit: Duration) -> Option<Vec<SocketAddr>> {
    let host = url.host_str()?;
    let port = url.port_or_known_default()?;
    let own = |ip_addr: IpAddr| SocketAddr::new(ip_addr, port);
    if let Ok(address) = host.trim_matches(['[', ']']).parse() {
        return is_loopback(address).then(|| vec![own(address)]);
    }
    if is_localhost(host) {
        return Some(ADDRESSES.map(own).to_vec());
    }
    let asking = tokio::net::lookup_host((host, port));
    let addresses = tokio::time::timeout(limit.min(LONGEST), asking).await.ok()?.ok()?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let here = !addresses.is_empty() && addresses.iter().all(|address| is_loopback(address.ip()));
    here.then_some(addresses)
}
