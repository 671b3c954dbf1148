//! The hosts of a database, each by itself.

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// The settings for each host alone. The library asks several hosts one after the other, within one
/// time for all: one that takes the connection and then says nothing would keep us from the others.
///
/// Settings whose hosts and addresses do not go together stay as they are; the library refuses them.
pub fn apart(server: &Config) -> Vec<Config> {
    let (hosts, addresses, ports) =
        (server.get_hosts(), server.get_hostaddrs(), server.get_ports());
    let many = hosts.len().max(addresses.len());
    let goes_with = |other: usize| other == 0 || other == many;
    let has_ports = ports.len() <= 1 || ports.len() == many;
    if many <= 1 || !goes_with(hosts.len()) || !goes_with(addresses.len()) || !has_ports {
        return vec![server.clone()];
    }
    let each = 0..many;
    each.map(|index| {
        let mut alone = without_hosts(server);
        match hosts.get(index) {
            Some(Host::Tcp(name)) => drop(alone.host(name)),
            #[cfg(unix)]
            Some(Host::Unix(folder)) => drop(alone.host_path(folder)),
            None => {}
        }
        if let Some(address) = addresses.get(index) {
            alone.hostaddr(*address);
        }
        if let Some(port) = ports.get(index).or(ports.first()) {
            alone.port(*port);
        }
        alone
    })
    .collect()
}

/// All settings but for hosts, addresses and ports, which cannot be taken away again.
fn without_hosts(server: &Config) -> Config {
    let mut same = Config::new();
    same.ssl_mode(server.get_ssl_mode())
        .ssl_negotiation(server.get_ssl_negotiation())
        .keepalives(server.get_keepalives())
        .keepalives_idle(server.get_keepalives_idle())
        .target_session_attrs(server.get_target_session_attrs())
        .channel_binding(server.get_channel_binding())
        .load_balance_hosts(server.get_load_balance_hosts());
    if let Some(user) = server.get_user() {
        same.user(user);
    }
    if let Some(password) = server.get_password() {
        same.password(password);
    }
    if let Some(database) = server.get_dbname() {
        same.dbname(database);
    }
    if let Some(options) = server.get_options() {
        same.options(options);
    }
    if let Some(name) = server.get_application_name() {
        same.application_name(name);
    }
    if let Some(timeout) = server.get_connect_timeout() {
        same.connect_timeout(*timeout);
    }
    if let Some(timeout) = server.get_tcp_user_timeout() {
        same.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = server.get_keepalives_interval() {
        same.keepalives_interval(interval);
    }
    if let Some(retries) = server.get_keepalives_retries() {
        same.keepalives_retries(retries);
    }
    same
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = "user=u password=p dbname=d options='-c x=1' application_name=a \
        sslmode=require sslnegotiation=direct connect_timeout=3 tcp_user_timeout=4 keepalives=0 \
        keepalives_idle=5 keepalives_interval=6 keepalives_retries=7 \
        target_session_attrs=read-write channel_binding=require load_balance_hosts=random";

    fn settings(hosts: &str) -> Config {
        format!("{hosts} {SETTINGS}").parse().unwrap()
    }

    #[test]
    fn each_host_keeps_all_settings_and_its_own_address_and_port() {
        let several =
            settings("host=one,/two,three hostaddr=192.0.2.1,192.0.2.2,192.0.2.3 port=1,2,3");
        let alone = [
            settings("host=one hostaddr=192.0.2.1 port=1"),
            settings("host=/two hostaddr=192.0.2.2 port=2"),
            settings("host=three hostaddr=192.0.2.3 port=3"),
        ];
        assert_eq!(apart(&several), alone);
        let one_port = settings("host=one,two port=9");
        assert_eq!(apart(&one_port), [settings("host=one port=9"), settings("host=two port=9")]);
        let addresses = settings("hostaddr=192.0.2.1,192.0.2.2");
        let alone = [settings("hostaddr=192.0.2.1"), settings("hostaddr=192.0.2.2")];
        assert_eq!(apart(&addresses), alone);
    }

    #[test]
    fn one_host_and_hosts_that_do_not_go_together_stay_as_they_are() {
        for hosts in ["host=one port=1", "", "host=one,two,three port=1,2"] {
            assert_eq!(apart(&settings(hosts)), [settings(hosts)]);
        }
    }
}
