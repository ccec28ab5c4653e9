// The service worker: shows what a push says, and opens the page behind it. It acts on nothing by
// itself: "Acknowledge" opens the page whose button acknowledges.
function said(event) {
  try {
    return event.data.json();
  } catch {
    return { title: "Service desk", body: "Something needs you." };
  }
}

// Where a click leads: always into this desk, whatever a message says.
function target(link) {
  const url = new URL(link || "/oncall/me", self.location.origin);
  return url.origin === self.location.origin ? url.href : `${self.location.origin}/oncall/pages`;
}

async function open(url) {
  for (const client of await self.clients.matchAll({ type: "window" })) {
    if (client.url === url) return client.focus();
  }
  return self.clients.openWindow(url);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, body, link, tag, answer } = said(event);
  const shown = self.registration.showNotification(title, {
    body,
    tag,
    data: { url: target(link) },
    renotify: Boolean(tag),
    requireInteraction: Boolean(answer),
    actions: answer ? [{ action: "acknowledge", title: "Acknowledge" }] : [],
  });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.url));
});
