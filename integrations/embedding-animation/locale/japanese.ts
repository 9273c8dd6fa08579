import type { Words } from './words.ts';

/** The Japanese words. */
export const JAPANESE = {
  step: 'ステップ {step}',
  epoch: 'エポック {epoch}',
  heldOutAccuracy: '検証精度 {share}',
  strongestOutliers: '外れ値ランキング',
  score: 'スコア',
  trainingLoss: '学習損失',
  byStep: '横軸：ステップ',
  byEpoch: '横軸：エポック',
  moreClasses: 'ほか{count}クラス',

  accuracy: '検証精度 {share}',
  play: 'アニメーションを再生',
  pause: 'アニメーションを一時停止',
  checkpoint: 'チェックポイント',
  controls: 'アニメーション「{title}」の操作',
  rendering: 'アニメーションを作成しています。完成すると、ページが自動的に再読み込みされます。',

  captionTitle: '{title}。',
  images: '画像：{credit}。',
  download: 'ダウンロード：{gif}、{json}。',
  gif: 'GIF（{size}）',
  json: 'JSON',

  altMap:
    '散布図のアニメーション。{classes}の{images}の埋め込みを2つの主成分に射影したもので、1点が画像1枚に対応し、' +
    '色でクラスを区別しています。ステップ{first}からステップ{last}までの{checkpoints}を、それぞれ1フレームで示しています。',
  imageCount: '画像{count}枚',
  classCount: '{count}クラス',
  checkpointCount: 'チェックポイント{count}個',
  altAccuracy: '検証精度は{first}から{last}へ変化します。',
  altVariance: '2つの主成分の累積寄与率は、最初のフレームで{first}、最後のフレームで{last}です。',
  altAside:
    '各フレームの散布図の横には、その時点の外れ値の上位10件と、そこまでの学習損失の推移を示しています。',
} as const satisfies Words;
