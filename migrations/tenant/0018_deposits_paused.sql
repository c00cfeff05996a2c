-- With none that may wait, nobody begins a deposit: so a club comes to the moment in which it may leave its account.
alter table money_settings
    drop constraint money_settings_deposit_most_waiting,
    add constraint money_settings_deposit_most_waiting check (deposit_most_waiting between 0 and 100);
