/** What messages can hold beside text and files. */

/** A poll. */
export interface FakePoll {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly anonymous: boolean;
  /** User id → places of the options. */
  readonly votes: Map<number, readonly number[]>;
  closed: boolean;
}

/** A place, or a venue where it has a title. */
export interface FakePlace {
  readonly latitude: number;
  readonly longitude: number;
  readonly title?: string;
  readonly address?: string;
  /** Seconds that it moves for. */
  readonly livePeriod?: number;
}

/** A card. */
export interface FakeContact {
  readonly phone: string;
  readonly firstName: string;
  readonly lastName?: string;
  readonly vcard?: string;
}
