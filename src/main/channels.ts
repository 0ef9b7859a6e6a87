// Names of the channels between preload and main; nothing else is spoken.

export const channels = {
  call: 'vedette:call',
  drop: 'vedette:drop',
  follow: 'vedette:follow',
  unfollow: 'vedette:unfollow',
  /** From main: number of the follower, message. */
  state: 'vedette:state',
  /** From main: number of the follower. */
  lost: 'vedette:lost',
} as const;
