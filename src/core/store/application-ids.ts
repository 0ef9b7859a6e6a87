// What the databases of Vedette are stamped with (`PRAGMA application_id`), so that none is taken for another; never changed.

/** "VdtC" and "VdtH". */
export const cacheApplicationId = 0x56647443;
export const historyApplicationId = 0x56647448;
