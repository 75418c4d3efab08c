/** Ids of this service's keys in the key store; of each there may be several generations (`KeyStore`). */
export const DATA_BDK = 'data-bdk';
/** Enciphers PANs in the vault (AES-256-GCM). */
export const VAULT_KEY = 'vault';
/** Makes the vault's index from PANs (HMAC-SHA256). */
export const VAULT_INDEX_KEY = 'vault-index';
/** Shared with risk (AES-256-GCM). */
export const ZONE_CARD_DATA_KEY = 'zone-card-data';

/** BDKs of readers that encipher cards themselves, TDES (16 bytes) and AES-128; without them such cards are refused. */
export const READER_BDK = 'reader-bdk';
export const READER_AES_BDK = 'reader-aes-bdk';

export const READER_KEY_IDS = [READER_BDK, READER_AES_BDK] as const;
export const KEY_IDS = [VAULT_KEY, VAULT_INDEX_KEY, ZONE_CARD_DATA_KEY] as const;
