/* Shows the way from a script's page to meeting mode, which needs scripts. */
(() => {
  "use strict";
  for (const door of document.querySelectorAll(".db-meeting-door")) door.hidden = false;
})();
