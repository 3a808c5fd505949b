<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title><?cs if:P.errors_n ?>Error: <?cs /if ?><?cs var:P.title ?> - Calendar Connector - <?cs var:S.system ?></title>
<link rel="stylesheet" href="/static/app.css?v=<?cs var:S.version ?>">
<link rel="icon" href="/static/favicon.svg" type="image/svg+xml">
<script src="/static/app.js?v=<?cs var:S.version ?>" defer></script>
<?cs if:P.refresh ?><noscript><meta http-equiv="refresh" content="<?cs var:P.refresh ?>"></noscript>
<?cs /if ?></head>
<body>
<svg class="sr" width="0" height="0" aria-hidden="true" focusable="false"><symbol id="i-mark" viewBox="0 0 16 16"><rect x="2" y="3" width="12" height="11" rx="2"/><path d="M2 6.5h12M5 1.5v3M11 1.5v3M5.5 10.5l2 1.5 3.5-3"/></symbol><symbol id="i-ok" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M5.25 8.25l2 2 3.5-4"/></symbol><symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 2 1.75 13.25h12.5z"/><path d="M8 6.5v3M8 11.4v.1"/></symbol><symbol id="i-err" viewBox="0 0 16 16"><path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4z"/><path d="M8 4.75V8.5M8 11v.1"/></symbol><symbol id="i-off" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M5 8h6"/></symbol><symbol id="i-wait" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.25 1.5"/></symbol><symbol id="i-run" viewBox="0 0 16 16"><path d="M13.5 8a5.5 5.5 0 0 1-9.6 3.65M2.5 8a5.5 5.5 0 0 1 9.6-3.65"/><path d="M12.6 1.6v3H9.6M3.4 14.4v-3h3"/></symbol><symbol id="i-skip" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25" stroke-dasharray="2 2.2"/><path d="M6.5 5.5 9 8l-2.5 2.5"/></symbol><symbol id="i-bell" viewBox="0 0 16 16"><path d="M3 11.5h10c-1-1-1.5-2-1.5-4.5a3.5 3.5 0 0 0-7 0c0 2.5-.5 3.5-1.5 4.5zM6.75 13.75h2.5M8 3.5v-1.75"/></symbol><symbol id="i-user" viewBox="0 0 16 16"><circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 14c.4-3 2.4-4.5 5.25-4.5s4.85 1.5 5.25 4.5"/></symbol><symbol id="i-out" viewBox="0 0 16 16"><path d="M9.5 2.5h-6v11h6M6.5 8h7.25M11 5.25 13.75 8 11 10.75"/></symbol><symbol id="i-info" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v4M8 4.75v.1"/></symbol><symbol id="i-menu" viewBox="0 0 16 16"><path d="M2.5 4h11M2.5 8h11M2.5 12h11"/></symbol><symbol id="i-chev" viewBox="0 0 16 16"><path d="m6 3.5 4.5 4.5L6 12.5"/></symbol></svg>
<a class="skip" href="#main">Skip to content</a>
<?cs if:P.user ?><div class="app">
<header class="top">
<a class="brand" href="/"><svg class="ic" aria-hidden="true"><use href="#i-mark"/></svg>Calendar Connector</a>
<span class="host"><?cs var:S.system ?></span>
<?cs if:C.frame.alarms_n ?><a class="tool err" href="/alarms"><svg class="ic" aria-hidden="true"><use href="#i-bell"/></svg><span><?cs var:C.frame.alarms_n ?><span class="lbl"> <?cs if:C.frame.alarms_n == "1" ?>alarm<?cs else ?>alarms<?cs /if ?></span></span></a>
<?cs /if ?><details class="um">
<summary><svg class="ic" aria-hidden="true"><use href="#i-user"/></svg><span class="lbl any"><?cs var:P.user ?></span></summary>
<div class="pop">
<p class="muted sm">Signed in as <b class="any"><?cs var:P.user ?></b><br><?cs var:P.role ?> access</p>
<a href="/password">Change your password</a>
<?cs if:!P.must_change ?><a href="/second-factor">Second factor</a><?cs /if ?>
</div>
</details>
<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="<?cs var:P.csrf ?>"><button class="tool"><svg class="ic flip" aria-hidden="true"><use href="#i-out"/></svg><span class="lbl">Sign out</span></button></form>
</header>
<nav class="side" aria-label="Main menu"><?cs if:!P.must_change ?>
<details class="menu"><summary><svg class="ic" aria-hidden="true"><use href="#i-menu"/></svg>Menu <span><?cs var:P.title ?></span><svg class="ic tw push" aria-hidden="true"><use href="#i-chev"/></svg></summary></details>
<div class="tree">
<p id="m1">Status</p>
<ul aria-labelledby="m1">
<li><a href="/"<?cs if:P.menu == "overview" ?> aria-current="page"<?cs /if ?>>Overview</a></li>
<li><a href="/alarms"<?cs if:P.menu == "alarms" ?> aria-current="page"<?cs /if ?>>Alarms</a></li>
<?cs if:P.can_read ?><li><a href="/alarm-delivery"<?cs if:P.menu == "alarm-delivery" ?> aria-current="page"<?cs /if ?>>Alarm delivery</a></li>
<?cs /if ?><li><a href="/event-log"<?cs if:P.menu == "event-log" ?> aria-current="page"<?cs /if ?>>Event Log</a></li>
<li><a href="/configuration-log"<?cs if:P.menu == "configuration-log" ?> aria-current="page"<?cs /if ?>>Configuration Log</a></li>
</ul>
<?cs if:P.can_read ?><p id="m2">Applications › Hybrid Services</p>
<ul aria-labelledby="m2">
<li><a href="/connectors"<?cs if:P.menu == "connectors" ?> aria-current="page"<?cs /if ?>>Connector Management</a></li>
<li><a href="/connector-proxy"<?cs if:P.menu == "connector-proxy" ?> aria-current="page"<?cs /if ?>>Connector Proxy</a></li>
<li><p id="m3">Calendar Service</p>
<ul aria-labelledby="m3">
<li><a href="/exchange"<?cs if:P.menu == "exchange" ?> aria-current="page"<?cs /if ?>>Microsoft Exchange Configuration</a></li>
<li><a href="/trust-list"<?cs if:P.menu == "trust-list" ?> aria-current="page"<?cs /if ?>>Trust List</a></li>
<li><a href="/conferencing"<?cs if:P.menu == "conferencing" ?> aria-current="page"<?cs /if ?>>Cisco Conferencing Services Configuration</a></li>
<li><a href="/keywords"<?cs if:P.menu == "keywords" ?> aria-current="page"<?cs /if ?>>Keywords</a></li>
<li><a href="/join-details"<?cs if:P.menu == "join-details" ?> aria-current="page"<?cs /if ?>>Join Details</a></li>
<li><a href="/rule-tester"<?cs if:P.menu == "rule-tester" ?> aria-current="page"<?cs /if ?>>Rule Tester</a></li>
<li><a href="/users"<?cs if:P.menu == "users" ?> aria-current="page"<?cs /if ?>>Users</a></li>
<li><a href="/workspaces"<?cs if:P.menu == "workspaces" ?> aria-current="page"<?cs /if ?>>Workspaces</a></li>
<li><a href="/calendar-status"<?cs if:P.menu == "calendar-status" ?> aria-current="page"<?cs /if ?>>Calendar Connector Status</a></li>
</ul></li>
</ul>
<p id="m5">Users</p>
<ul aria-labelledby="m5">
<li><a href="/administrators"<?cs if:P.menu == "administrators" ?> aria-current="page"<?cs /if ?>>Administrator accounts</a></li>
</ul>
<p id="m4">Maintenance › Security</p>
<ul aria-labelledby="m4">
<li><a href="/ca-certificates"<?cs if:P.menu == "ca-certificates" ?> aria-current="page"<?cs /if ?>>Trusted CA certificate</a></li>
</ul>
<p id="m7">Maintenance › Diagnostics</p>
<ul aria-labelledby="m7">
<li><a href="/log-levels"<?cs if:P.menu == "log-levels" ?> aria-current="page"<?cs /if ?>>Hybrid Services Log Levels</a></li>
<li><a href="/diagnostic-logging"<?cs if:P.menu == "diagnostic-logging" ?> aria-current="page"<?cs /if ?>>Diagnostic Logging</a></li>
<li><a href="/system-snapshot"<?cs if:P.menu == "system-snapshot" ?> aria-current="page"<?cs /if ?>>System Snapshot</a></li>
</ul>
<p id="m7">Maintenance</p>
<ul aria-labelledby="m7">
<li><a href="/backup"<?cs if:P.menu == "backup" ?> aria-current="page"<?cs /if ?>>Backup and Restore</a></li>
</ul>
<?cs /if ?><?cs if:P.experimental ?><p id="m6">Experimental › Hybrid Services Log</p>
<ul aria-labelledby="m6">
<li><a href="/log-levels">Hybrid Services Log Levels</a></li>
<li><a href="/event-log?module=hybridservices">Hybrid Services Log</a></li>
<li><a href="/setaccess"<?cs if:P.menu == "setaccess" ?> aria-current="page"<?cs /if ?>>Hide this menu</a></li>
</ul>
<?cs /if ?></div><?cs /if ?>
</nav>
<main id="main" tabindex="-1">
<?cs else ?><div class="app solo">
<header class="top">
<span class="brand"><svg class="ic" aria-hidden="true"><use href="#i-mark"/></svg>Calendar Connector</span>
<span class="host"><?cs var:S.system ?></span>
</header>
<main id="main" tabindex="-1">
<?cs /if ?>
