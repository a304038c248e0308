/** The REST contract over the fake relay and real accounts. */
import { restSuite } from "../../contract/rest_contract.ts";
import { serveWeb, webApp } from "../../fakes/web_app.ts";

restSuite("REST", () => Promise.resolve(serveWeb(webApp())));
