// Connector Proxy, and the way from an unknown issuer to a trusted one.
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { axe, close, ctl, ctlJson, facts, quit, shoot, signedIn, widths }
	from './company.mjs';

const proxy = (name) => new URL(facts.lab[name]).port;

after(async () => {
	try {
		ctl(['proxy', 'clear']);
	} catch { /* none was set */ }
	await quit();
});

async function fill(page, fields)
{
	for (const [label, value] of Object.entries(fields))
		await page.getByLabel(label).fill(value);
}

test('a proxy with a password is set and tested step by step', async () => {
	const page = await signedIn();
	await page.goto('/connector-proxy');
	await axe(page, 'no proxy');
	await shoot(page, 'proxy-none');
	await fill(page, { Address: '', Port: '0' });
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#host-e').waitFor();
	assert.match(await page.title(), /^Error: /);
	await axe(page, 'proxy refused');
	await fill(page, { Address: '127.0.0.1', Port: proxy('proxy_auth_url'),
		'Server to test with': 'mail.lab.example' });
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading',
		{ name: 'Test of the Connector Proxy failed' }).waitFor();
	await page.getByText('The proxy wants a user name').first().waitFor();
	await axe(page, 'proxy test failed');
	await shoot(page, 'proxy-test-failed');
	await page.getByRole('link', { name: 'Change the settings' }).click();
	await fill(page, { Username: facts.lab.proxy_user,
		Password: facts.lab.proxy_password,
		'Server to test with': 'mail.lab.example' });
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading',
		{ name: 'Test of the Connector Proxy passed' }).waitFor();
	assert.equal(await page.getByText('Passed', { exact: true }).count(), 5);
	await axe(page, 'proxy test passed');
	await shoot(page, 'proxy-test-passed');
	await close(page);
});

test('what its password is bound to asks for it again', async () => {
	const page = await signedIn();
	await page.goto('/connector-proxy');
	assert.equal(await page.getByLabel('Password').inputValue(), '');
	await fill(page, { Port: '3128' });
	await page.getByRole('button', { name: 'Save', exact: true }).click();
	await page.locator('#password-e').waitFor();
	assert.match(await page.locator('#port-e').innerText(),
	    /entered for another value/);
	await shoot(page, 'proxy-bound');
	assert.equal(ctlJson(['proxy', 'show']).port, proxy('proxy_auth_url'));
	for (const width of widths) {
		await page.setViewportSize({ width, height: 900 });
		await axe(page, `proxy bound, ${width}`);
	}
	await close(page);
});

test('clearing asks first', async () => {
	const page = await signedIn();
	await page.goto('/connector-proxy');
	await page.getByRole('link', { name: 'Have no proxy' }).click();
	await axe(page, 'clear proxy');
	await shoot(page, 'proxy-clear');
	await page.getByRole('button', { name: 'Clear the proxy' }).click();
	await page.getByRole('heading', { name: /^Cleared/ }).waitFor();
	assert.equal(ctlJson(['proxy', 'show']).set, false);
	await close(page);
});

test('from a failed TLS step to a trusted issuer', async () => {
	const host = facts.lab.fault_hosts.unknownca;
	const page = await signedIn();
	await page.goto('/connector-proxy');
	await fill(page, { Address: '127.0.0.1', Port: proxy('proxy_url'),
		'Server to test with': host });
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading',
		{ name: 'Test of the Connector Proxy failed' }).waitFor();
	await page.getByText('The server sent the certificate that is missing')
	    .first().waitFor();
	await shoot(page, 'proxy-test-issuer');
	await page.getByRole('link', { name: 'Look at the missing issuer' })
	    .click();
	await page.getByRole('heading', { name: 'Missing issuers' }).waitFor();
	await axe(page, 'missing issuers');
	await shoot(page, 'ca-missing');
	await page.getByRole('button', { name: /^Look at it.*Stranger/ })
	    .click();
	await page.getByRole('checkbox', { name: /CN=Stranger CA/ }).waitFor();
	await page.getByRole('button', { name: 'Trust what is ticked' }).click();
	const row = page.getByRole('row', { name: /Stranger CA/ });
	await row.waitFor();
	await page.goto('/connector-proxy');
	await page.getByLabel('Server to test with').fill(host);
	await page.getByRole('button', { name: 'Save and test' }).click();
	await page.getByRole('heading',
		{ name: 'Test of the Connector Proxy passed' }).waitFor();
	await page.goto('/ca-certificates');
	await row.getByText(`Vouches for ${host}`).waitFor();
	await row.getByRole('link', { name: /^Delete/ }).click();
	await page.getByText(`It vouches for ${host}.`).waitFor();
	await axe(page, 'delete a CA in use');
	await page.getByRole('button', { name: 'Delete this certificate' })
	    .click();
	await page.getByRole('heading', { name: /^Deleted/ }).waitFor();
	await close(page);
});
