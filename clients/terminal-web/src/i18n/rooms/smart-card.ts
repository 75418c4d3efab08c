const en = {
  start: 'Start the reader bridge on this computer, for this page:',
  build: 'In the folder of Openswipe, after “npm run build”. It shows a pairing code.',
  code: 'Pairing code (8 digits, in the window of the bridge)',
  pair: 'Pair',
  pairing: 'Pairing …',
  paired: 'Once paired, this page needs no code until the bridge ends.',
} as const;

const zhCn: Readonly<Record<keyof typeof en, string>> = {
  start: '请在本机为本页启动读卡桥程序：',
  build: '在 Openswipe 文件夹中，先运行“npm run build”。程序会显示配对码。',
  code: '配对码（8 位数字，见读卡桥窗口）',
  pair: '配对',
  pairing: '正在配对…',
  paired: '配对一次后，在读卡桥结束之前无需再次输入。',
};

/** Of the chip card reader behind the bridge. */
export const texts = { en, 'zh-CN': zhCn };
