// records.mjs - an Exchange record of the lab: its fields, and a form filled
// with them.
import { ctl, ctlJson, facts } from './company.mjs';

export function record()
{
	const lab = facts.lab;
	return {
		account: lab.service_account.username,
		password: lab.service_account.password,
		display_name: 'Lab Exchange', type: 'onprem', use_proxy: 'no',
		enabled: 'yes', auth_ntlm: 'yes', auth_basic: 'no',
		tls_verify: 'yes', scheduling_email: 'room1@lab.example',
		discovery: 'autodiscover', scp_enabled: 'yes',
		ad_domain: lab.ad_domain, query_mode: 'ldaps',
		ldap_tls_verify: 'yes', email: lab.mailboxes[0].address };
}

export function records()
{
	return ctlJson(['exchange', 'list']).exchange;
}

// One of them, with all its fields.
export function stored(name)
{
	return ctlJson(['exchange', 'show', name]);
}

// The lab's record is there, whichever test ran before.
export function addRecord()
{
	const r = record();
	if (records().some((x) => x.display_name === r.display_name))
		return;
	const { password, ...fields } = r;
	ctl(['exchange', 'add',
	    ...Object.entries(fields).map(([k, v]) => `${k}=${v}`)],
	    password + '\n');
}

export async function fillRecord(page, fields)
{
	for (const [name, value] of Object.entries(fields)) {
		const field = page.locator(`[name="${name}"]`);
		const kind = await field.first().getAttribute('type');
		if (kind === 'radio')
			await page.locator(`[name="${name}"][value="${value}"]`)
			    .check();
		else if (kind === 'checkbox')
			await field.setChecked(value === 'yes');
		else
			await field.fill(value);
	}
}

// Of the record, not of what was typed under its name and not saved yet.
export function recordLink(page, name)
{
	return page.getByRole('region', { name: 'Exchange servers' })
	    .getByRole('link', { name, exact: true });
}
