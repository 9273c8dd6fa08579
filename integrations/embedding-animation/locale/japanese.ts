import type { Words } from './words.ts';

/** The Japanese words. */
export const JAPANESE = {
  step: 'ステップ {step}',
  epoch: 'エポック {epoch}',
  heldOutAccuracy: '検証精度 {share}',
  strongestOutliers: '外れ値ランキング',
  usualDistance: '距離（中央値比）',
  distance: '距離',
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

  mapChoice: 'マップ',
  mapPerCheckpoint: '各チェックポイントの軸',
  mapPerCheckpointAbout:
    '各チェックポイントをそれぞれの2つの主成分で表し、マップどうしを重ね合わせています。2つの軸で表せる限りの情報を示しますが、軸の意味はフレームごとに異なります。',
  mapPooled: '全チェックポイント共通の軸',
  mapPooledAbout: 'すべてのチェックポイントに共通の軸を使います。マップ上で動いた点は、実際に動いています。',
  mapLast: '最後のチェックポイントの軸',
  mapLastAbout:
    'すべてのチェックポイントを、最後のチェックポイントの2つの主成分で表します。学習後のモデルが見分けるものが、どのように現れたかがわかります。',
  mapClasses: '円周上のクラス',
  mapClassesAbout:
    '各クラスを円周上に置き、各画像を、モデルが予測した確率に応じてクラスの間に置いています。モデルの確信度が高いほど、縁に近づきます。',

  qualityVariance: '2つの軸の累積寄与率は{value}です。ほかの方向のばらつきはマップには現れません。',
  qualityTrustworthiness:
    '信頼性（trustworthiness）は最大1に対して{value}です。モデルにとって似ていない画像がマップ上で近くにあるほど、低くなります。',
  qualityContinuity:
    '連続性（continuity）は最大1に対して{value}です。モデルにとって似ている画像がマップ上で離れているほど、低くなります。',
  qualityPreservation:
    'ある画像にモデルにとって最も似ている{neighbours}枚のうち、平均{value}枚がマップ上でも最も近い{neighbours}枚に入っています。',
  qualityHit: 'ある画像にマップ上で最も近い{neighbours}枚のうち、平均{value}枚が同じクラスです。',
  qualityDisparity: '最後のフレームとの不一致度は{value}です。0は同じ形、1は共通点がないことを表します。',
  qualityPearson:
    'フレーム間でのマップ上の移動距離と埋め込みの移動距離の相関係数は{value}です。1なら動きが一致し、0なら無関係です。',
  qualitySpearman:
    '順位で見た相関係数は{value}です。1なら、マップ上で大きく動いた画像ほど埋め込みも大きく動いています。',
  qualityStress:
    'これらの動きの正規化ストレスは{value}です。0なら、マップは埋め込みと同じように動いています。',

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
  mapAligned: '{title}（{alignment}）',
  listComma: '、',

  qualityTitle: 'マップ「{title}」はどこまで信頼できるか',
  qualityOfFrames: '最後のフレームについて',
  qualityOfRun: 'すべてのフレームについて',
  qualityRange: '最初 {first}、最後 {last}',
  valueRange: '{least}～{most}',
  qualityAlignment: 'フレームの位置合わせ：{alignment}。',
  qualityShared: '位置合わせはしていません。マップ上の位置は、どのフレームでも同じ意味を持ちます。',
  qualityMirrors: {
    other:
      '{count}フレームでは、回転と反転の当てはまりがほぼ同じです。そこではマップが裏返るように見えることがあります。',
  },

  compareTitle: '「{title}」のマップの比較',
  compareMovement: '埋め込みとの動きの一致（時間方向のピアソン相関）',
  compareTrust: '信頼性（trustworthiness）',
  firstFrame: '最初のフレーム',
  middleFrame: '中間',
  lastFrame: '最後',
  compareHit: '近傍{neighbours}枚に占める同じクラスの割合（最後のフレーム）',
  compareEmbeddings: '埋め込みの全次元',
  best: '（最良）',
  compareMoves: '画像の動きが埋め込みの動きに最もよく一致するマップ：{maps}。',
  compareNeighbours: 'マップ上の近傍が実際の近傍に最もよく一致するマップ：{maps}。',
  compareClasses: 'クラスが最もよく分かれて見えるマップ：{maps}。',
  compareLimit:
    'ある画像に最も近い{neighbours}枚のうち、同じクラスのものは、最もよいマップで{map}、埋め込みで{embeddings}です。この差は、2次元では表せない分です。',
  compareFewFrames: 'チェックポイントが少ないため、動きの指標からわかることは限られます。',
  compareFewImages: '画像が少ないため、近傍の指標からわかることは限られます。',
} as const satisfies Words;
