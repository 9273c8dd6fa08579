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
  enlarge: '拡大表示',
  close: '閉じる',
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
  altMapPooled:
    '散布図のアニメーション。{classes}の{images}の埋め込みを、全チェックポイント共通の2つの主成分に射影したもので、1点が画像1枚に対応し、' +
    '色でクラスを区別しています。ステップ{first}からステップ{last}までの{checkpoints}を、それぞれ1フレームで示しています。',
  altMapLast:
    '散布図のアニメーション。{classes}の{images}の埋め込みを、最後のチェックポイントの2つの主成分に射影したもので、1点が画像1枚に対応し、' +
    '色でクラスを区別しています。ステップ{first}からステップ{last}までの{checkpoints}を、それぞれ1フレームで示しています。',
  altMapClasses:
    'クラスマップのアニメーション。{classes}を円周上に置き、{images}をモデルが予測した確率に応じてクラスの間に置いています。1点が画像1枚に対応し、' +
    '色でクラスを区別しています。ステップ{first}からステップ{last}までの{checkpoints}を、それぞれ1フレームで示しています。',

  alignLast: '最後のフレームに重ね合わせ',
  alignGeneralized: '平均形状に重ね合わせ',
  alignFirst: '最初のフレームに重ね合わせ',
  alignPrevious: '直前のフレームに重ね合わせ',
  alignNone: '重ね合わせなし',
  withoutScaling: '拡大縮小なし',
  withoutReflection: '反転なし',

  qualityTitle: 'マップ「{title}」の信頼度',
  qualityRange: '最初のフレームで{first}、最後のフレームで{last}',
  qualityAlignment: 'フレームの位置合わせ：{alignment}。',
  qualityMirrors: {
    other:
      '{count}フレームでは、反転した場合としない場合の一致度がほぼ同じです。どちらの向きで示されているかに、ほとんど意味はありません。',
  },

  compareTitle: '「{title}」のマップの比較',
  compareMovement: '埋め込みとの動きの一致（時間方向のピアソン相関）',
  compareTrust: '信頼性（trustworthiness）',
  firstFrame: '最初',
  middleFrame: '中間',
  lastFrame: '最後',
  compareHit: '最後のフレームで近傍{neighbours}枚のうち同じクラスの割合',
  compareEmbeddings: '埋め込みの全次元',
  best: '最良',
  compareMoves: '画像の動きが埋め込みの動きに最もよく一致するマップ：{maps}。',
  compareTrusts: '最後のステップで、マップ上の近傍が実際の近傍に最もよく一致するマップ：{maps}。',
  compareSeparates: '最後のステップで、クラスが最もよく分かれて見えるマップ：{maps}。',
  compareLimit:
    '2次元のマップですべてを表すことはできません。同じクラスの近傍の割合は、最もよいマップで{map}、埋め込みで{embeddings}です。',
} as const satisfies Words;
