use super::*;

fn read(arguments: &[&str]) -> Result<Cli, String> {
    Cli::read(["clube"].iter().chain(arguments)).map_err(|stop| stop.to_string())
}

#[test]
fn a_wrong_value_is_refused_with_the_name_of_its_variable() {
    for (option, value, variable) in [
        ("--addr", "nowhere", "CLUBE_ADDR"),
        ("--env", "test", "CLUBE_ENV"),
        (
            "--master-database-url",
            "mysql://x/y",
            "MASTER_DATABASE_URL",
        ),
        ("--master-key", "c2hvcnQ=", "CLUBE_MASTER_KEY"),
        ("--master-key-previous", "?", "CLUBE_MASTER_KEY_PREVIOUS"),
        ("--base-domains", "a b", "CLUBE_BASE_DOMAINS"),
        ("--base-domains", "", "CLUBE_BASE_DOMAINS"),
        ("--public-url", "ftp://localhost", "CLUBE_PUBLIC_URL"),
        (
            "--public-url",
            "https://elsewhere.example",
            "CLUBE_PUBLIC_URL",
        ),
        ("--trusted-proxies", "10.0.0.0/99", "CLUBE_TRUSTED_PROXIES"),
        ("--dns-server", "dns.example", "CLUBE_DNS_SERVER"),
        ("--mail-from", "me", "CLUBE_MAIL_FROM"),
        ("--s3-bucket", "Clube", "CLUBE_S3_BUCKET"),
        ("--s3-bucket", "clube", "CLUBE_S3_SECRET_ACCESS_KEY"),
        ("--s3-endpoint", "minio:9000", "CLUBE_S3_ENDPOINT"),
        ("--tenant-pool", "0", "CLUBE_TENANT_POOL"),
        ("--tenant-pool", "101", "CLUBE_TENANT_POOL"),
        ("--request-seconds", "soon", "CLUBE_REQUEST_SECONDS"),
        ("--log", "info,=", "CLUBE_LOG"),
        ("--log-format", "xml", "CLUBE_LOG_FORMAT"),
    ] {
        let sentence = read(&["serve", option, value]).expect_err(option);
        assert!(sentence.contains(variable), "{option} {value}: {sentence}");
    }
}

#[test]
fn a_refused_secret_is_not_repeated() {
    let sentence = read(&["--master-key", "hunter2hunter2"]).expect_err("too short");
    assert!(!sentence.contains("hunter2"), "{sentence}");
}

#[test]
fn secrets_stay_out_of_debug() {
    let cli = read(&[
        "--master-database-url",
        "postgres://u:hunter2@h/d",
        "--smtp-url",
        "smtp://u:hunter2@h",
        "--s3-bucket",
        "clube",
        "--s3-access-key-id",
        "id",
        "--s3-secret-access-key",
        "hunter2",
    ])
    .expect("settings");
    let bucket = cli.settings.bucket().expect("a bucket");
    assert!(!format!("{bucket:?}").contains("hunter2"));
    assert!(!format!("{cli:?}").contains("hunter2"));
}

#[test]
fn the_public_address_follows_from_where_the_server_listens() {
    let cli = read(&["--addr", "127.0.0.1:9000"]).expect("settings");
    assert_eq!(
        cli.settings.public().url(Some("clube-navi")),
        "http://clube-navi.localhost:9000"
    );
    let cli = read(&[
        "--base-domains",
        "Clube.Example,outro.example",
        "--public-url",
        "https://clube.example:443/",
    ])
    .expect("settings");
    assert_eq!(cli.settings.public().url(None), "https://clube.example");
    assert_eq!(
        cli.settings.base_domains(),
        ["clube.example", "outro.example"]
    );
}

#[test]
fn the_data_folder_belongs_to_every_place_of_the_command_line() {
    for arguments in [
        &["--data-dir", "x"][..],
        &["serve", "--data-dir", "x"],
        &["--data-dir", "x", "serve"],
    ] {
        assert_eq!(
            read(arguments)
                .expect("settings")
                .settings
                .data_dir
                .to_str(),
            Some("x")
        );
    }
}
