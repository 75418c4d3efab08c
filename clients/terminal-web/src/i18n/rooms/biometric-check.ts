const en = {
  title: 'Confirm with fingerprint or face',
  lead: 'The bank wants to know that it is you who pays {amount} to {payee}.',
  stays: 'This device checks it. Your fingerprint or face never leaves it.',
  check: 'Check now',
  asking: 'Follow the prompt of this device …',
  again: 'Try again',
  register: 'Register on this terminal',
  stop: 'Stop',
} as const;

const zhCn: Readonly<Record<keyof typeof en, string>> = {
  title: '请用指纹或面容确认',
  lead: '银行需要确认是您本人向 {payee} 支付 {amount}。',
  stays: '由本设备验证，您的指纹或面容不会离开本设备。',
  check: '开始验证',
  asking: '请按照本设备的提示操作…',
  again: '重试',
  register: '在本终端登记',
  stop: '停止',
};

/** Of the biometric step of a payment. */
export const texts = { en, 'zh-CN': zhCn };
