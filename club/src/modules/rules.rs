//! The two levels.

use super::{Decision, Level, UserModule};
use tenancy::modules::TenantModule;

/// Whether a user may use a module, by the tenant's setting and the user's own. A tenant without a setting has it off.
pub fn decide(tenant: Option<&TenantModule>, user: Option<&UserModule>) -> Decision {
    let Some(tenant) = tenant else {
        return Decision {
            is_enabled: false,
            level: Level::Tenant,
            set_by: None,
            set_at: None,
            reason: None,
        };
    };
    match user {
        Some(user) if tenant.is_enabled => Decision {
            is_enabled: user.is_enabled,
            level: Level::User,
            set_by: Some(user.set_by.clone()),
            set_at: Some(user.set_at),
            reason: Some(user.reason.clone()),
        },
        _ => Decision {
            is_enabled: tenant.is_enabled && tenant.is_enabled_by_default,
            level: if tenant.is_enabled {
                Level::Default
            } else {
                Level::Tenant
            },
            set_by: Some(tenant.set_by.clone()),
            set_at: Some(tenant.set_at),
            reason: tenant.reason.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{option, prelude::*};
    use tenancy::modules::Module;
    use time::OffsetDateTime;

    fn tenants() -> impl Strategy<Value = Option<TenantModule>> {
        option::of((any::<bool>(), any::<bool>()).prop_map(
            |(is_enabled, is_enabled_by_default)| TenantModule {
                module_key: Module::Marketplace,
                is_enabled,
                is_enabled_by_default,
                display_name: "Marketplace".to_owned(),
                sort_order: 0,
                set_by: "the tenant".to_owned(),
                set_at: OffsetDateTime::UNIX_EPOCH,
                reason: None,
            },
        ))
    }

    fn users() -> impl Strategy<Value = Option<UserModule>> {
        option::of(any::<bool>().prop_map(|is_enabled| UserModule {
            module_key: Module::Marketplace,
            is_enabled,
            set_by: "the user".to_owned(),
            set_at: OffsetDateTime::UNIX_EPOCH,
            reason: "asked".to_owned(),
        }))
    }

    proptest! {
        #[test]
        fn the_tenant_then_the_user_then_the_default(tenant in tenants(), user in users()) {
            let decision = decide(tenant.as_ref(), user.as_ref());
            let on = tenant.as_ref().is_some_and(|it| it.is_enabled);
            match (&tenant, &user) {
                _ if !on => prop_assert_eq!((decision.is_enabled, decision.level), (false, Level::Tenant)),
                (_, Some(own)) => prop_assert_eq!((decision.is_enabled, decision.level), (own.is_enabled, Level::User)),
                (Some(setting), None) => prop_assert_eq!(
                    (decision.is_enabled, decision.level),
                    (setting.is_enabled_by_default, Level::Default)
                ),
                (None, None) => unreachable!("a tenant without the module is off"),
            }
            let expected = match decision.level {
                Level::User => Some("the user"),
                Level::Tenant | Level::Default => tenant.as_ref().map(|it| it.set_by.as_str()),
            };
            prop_assert_eq!(decision.set_by.as_deref(), expected);
        }
    }
}
