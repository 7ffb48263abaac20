// A signature drawn with a finger, a pen or a mouse; sent as a picture in a hidden field of the form.
for (const box of document.querySelectorAll("[data-signature]")) {
  const sheet = box.querySelector("canvas");
  const field = document.getElementById(box.dataset.signature);
  const pen = sheet.getContext("2d");
  const place = (event) => {
    const frame = sheet.getBoundingClientRect();
    return [
      ((event.clientX - frame.left) * sheet.width) / frame.width,
      ((event.clientY - frame.top) * sheet.height) / frame.height,
    ];
  };
  const wipe = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, sheet.width, sheet.height);
    field.value = "";
  };
  let isDown = false;

  pen.lineWidth = 3;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#000";
  const before = field.value;
  wipe();
  if (before.startsWith("data:image/png;base64,")) {
    const drawn = new Image();
    drawn.addEventListener("load", () => pen.drawImage(drawn, 0, 0));
    drawn.src = field.value = before;
  }
  box.hidden = false;
  sheet.addEventListener("pointerdown", (event) => {
    isDown = true;
    sheet.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!isDown) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(end, () => {
      if (isDown) field.value = sheet.toDataURL("image/png");
      isDown = false;
    });
  }
  box.querySelector("button").addEventListener("click", wipe);
}
