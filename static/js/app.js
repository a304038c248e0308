/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// @ts-check
/** What scripts add to the pages. Every page works without it. */
import { copyButtons } from "./copy.js";
import { counters } from "./counter.js";
import { chosenFiles } from "./files.js";
import { forms } from "./forms.js";
import { live } from "./live.js";
import { media } from "./media.js";
import { place } from "./place.js";
import { ready } from "./view.js";

ready();
counters();
copyButtons();
chosenFiles();
media();
place();
forms();
live();
