/* Saves reloads, nothing else: every page works without it.
 * A part of the page that names data-poll="SECONDS" is asked for again and
 * put in place of the old one; a cell with data-live alone is exchanged
 * where its table is being used (ticks stay). */
'use strict';
(function () {
	var failures = 0;

	function pollable() {
		return document.querySelector('[data-poll]');
	}

	/* What the reader opened or closed stays so, unless it is news. */
	function keepOpen(from, to) {
		from.querySelectorAll('details[id]').forEach(function (d) {
			var same = to.querySelector('#' + CSS.escape(d.id));
			if (same && d.dataset.touched) {
				same.open = d.open;
				same.dataset.touched = '1';
			}
		});
	}

	function exchangeCells(fresh) {
		document.querySelectorAll('[data-live]').forEach(function (cell) {
			var name = CSS.escape(cell.dataset.live);
			var now = fresh.querySelector('[data-live="' + name + '"]');
			if (now && !cell.isEqualNode(now))
				cell.replaceWith(document.adoptNode(now));
		});
		document.querySelectorAll('.tabs').forEach(function (tabs) {
			var now = fresh.querySelector('.tabs');
			if (now && !tabs.isEqualNode(now) &&
			    !tabs.contains(document.activeElement))
				tabs.replaceWith(document.adoptNode(now));
		});
	}

	function exchangePart(fresh) {
		var old = document.getElementById('live');
		var now = fresh.getElementById('live');
		var focus = document.activeElement, again = null;
		var running = old && 'job' in old.dataset;

		if (!old || !now || old.isEqualNode(now))
			return;
		if (focus && old.contains(focus)) {
			if (focus.id)
				again = focus.id;
			else
				return; /* not under somebody's fingers */
		}
		keepOpen(old, now);
		now = document.adoptNode(now);
		old.replaceWith(now);
		if (again && document.getElementById(again))
			document.getElementById(again).focus();
		/* A job has ended: its heading carries the result. */
		if (running && !now.dataset.poll && document.getElementById('result'))
			document.getElementById('result').focus();
	}

	function next() {
		var part = pollable();
		if (part)
			setTimeout(ask, Math.min(30, Number(part.dataset.poll) *
			    Math.pow(2, failures)) * 1000);
	}

	function ask() {
		if (document.hidden) {
			next();
			return;
		}
		fetch(location.href, { credentials: 'same-origin', cache: 'no-store' })
		    .then(function (r) {
			if (r.redirected) {
				location.replace(r.url);
				return null;
			}
			if (!r.ok)
				throw new Error(String(r.status));
			return r.text();
		}).then(function (text) {
			if (text === null)
				return;
			var fresh = new DOMParser().parseFromString(text, 'text/html');
			var title = fresh.title, rows = document.getElementById('rows');
			failures = 0;
			if (title !== document.title)
				document.title = title;
			exchangePart(fresh);
			exchangeCells(fresh);
			if (rows && fresh.getElementById('rows'))
				rows.dataset.poll = fresh.getElementById('rows').dataset.poll;
			next();
		}).catch(function () {
			failures = Math.min(failures + 1, 5);
			next();
		});
	}

	/* A report as text goes to the clipboard; where that is not allowed
	 * the link leads to the page with the text. */
	function copy(link) {
		fetch(link.dataset.copy, { credentials: 'same-origin' })
		    .then(function (r) {
			if (!r.ok || r.redirected)
				throw new Error(String(r.status));
			return r.text();
		}).then(function (text) {
			return navigator.clipboard.writeText(text);
		}).then(function () {
			var said = document.createElement('span');
			said.setAttribute('role', 'status');
			said.className = 'sm muted';
			link.parentNode.append(said);
			said.textContent = 'Copied';
			setTimeout(function () { said.remove(); }, 4000);
		}).catch(function () {
			location.assign(link.href);
		});
	}

	/* A form with a file shows how far it is.  Where it ends on another
	 * page, that one is loaded; else what is wrong with it is shown. */
	function upload(form) {
		var sending = form.querySelector('[data-sending]');
		var bar = sending.querySelector('progress');
		var said = sending.querySelector('[data-said]');
		var button = form.querySelector('button');
		var xhr = new XMLHttpRequest(), told = 0;

		function broken() {
			button.disabled = false;
			bar.hidden = true;
			said.textContent = said.dataset.broken;
		}

		xhr.upload.onprogress = function (e) {
			var now = Math.floor(100 * e.loaded / (e.total || 1));
			/* It is read out: not too often. */
			if (now - told >= 10) {
				told = now;
				said.textContent = now + said.dataset.text;
			}
			bar.value = now;
		};
		xhr.onerror = broken;
		xhr.onload = function () {
			var fresh, main, problem;
			if (new URL(xhr.responseURL).pathname !==
			    new URL(form.action).pathname) {
				location.assign(xhr.responseURL);
				return;
			}
			fresh = new DOMParser().parseFromString(xhr.responseText,
			    'text/html');
			main = fresh.getElementById('main');
			if (!main) {
				broken();
				return;
			}
			document.title = fresh.title;
			document.getElementById('main').replaceWith(
			    document.adoptNode(main));
			problem = document.getElementById('errors') || main;
			problem.focus();
		};
		xhr.open('POST', form.action);
		xhr.send(new FormData(form));
		button.disabled = true;
		bar.hidden = sending.hidden = false;
	}

	document.addEventListener('submit', function (e) {
		if ('upload' in e.target.dataset && window.FormData) {
			e.preventDefault();
			upload(e.target);
		}
	});

	document.addEventListener('click', function (e) {
		var link = e.target.closest('[data-copy]');
		if (link && navigator.clipboard) {
			e.preventDefault();
			copy(link);
			return;
		}
		var d = e.target.closest('summary');
		if (d && d.parentNode.id)
			d.parentNode.dataset.touched = '1';
	});
	/* Characters are counted, and the preview follows what is typed. */
	document.querySelectorAll('form[data-preview]').forEach(function (form) {
		var timer = 0, asked = 0;
		function follow() {
			var mine = ++asked, data = new URLSearchParams(new FormData(form));
			data.set('do', 'preview');
			fetch(form.action, { method: 'POST', body: data,
			    credentials: 'same-origin' }).then(function (r) {
				return r.redirected ? '' : r.text();
			}).then(function (text) {
				var fresh = new DOMParser().parseFromString(text, 'text/html');
				var now = fresh.getElementById(form.dataset.preview);
				var old = document.getElementById(form.dataset.preview);
				if (now && mine === asked)
					old.replaceWith(document.adoptNode(now));
			}).catch(function () {});
		}
		form.addEventListener('input', function (e) {
			var n = document.getElementById(e.target.id + '-n');
			if (n)
				n.textContent = Array.from(e.target.value).length;
			clearTimeout(timer);
			timer = setTimeout(follow, 400);
		});
	});
	var problem = document.getElementById('errors') ||
	    document.getElementById('conflict');
	if (problem)
		problem.focus();
	next();
}());
